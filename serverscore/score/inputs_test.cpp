// SPDX-License-Identifier: Apache-2.0
#include "serverscore/score/inputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serverscore/testing/fixture.h"

namespace serverscore {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Inputs, serverscore_itself_is_not_in_the_run_queue) {
  const Inputs inputs = interpret(with_pressure({.others = 3}));
  EXPECT_THAT(inputs.run_queue, SizeIs(6));
  EXPECT_THAT(inputs.run_queue, Each(3));
}

TEST(Inputs, of_a_current_kernel_are_complete) {
  const Inputs inputs = interpret(with_pressure({.cpus = 4}));
  EXPECT_EQ(inputs.cpus, 4);
  EXPECT_EQ(inputs.kernel, "6.1.0-31-cloud-amd64");
  EXPECT_TRUE(inputs.cpu_pressure && inputs.io_pressure && inputs.memory_pressure);
  EXPECT_TRUE(inputs.memory && inputs.shares && inputs.load && inputs.uptime_seconds);
  EXPECT_THAT(inputs.missing, IsEmpty());
  EXPECT_THAT(inputs.notes, IsEmpty());
}

TEST(Inputs, that_are_missing_are_named) {
  EXPECT_THAT(interpret(without_pressure({})).missing,
              ElementsAre("/proc/pressure/cpu", "/proc/pressure/io", "/proc/pressure/memory"));
  EXPECT_THAT(interpret({}).missing, SizeIs(6));
}

TEST(Inputs, each_malformation_is_noted_once_however_often_it_is_seen) {
  Capture capture = with_pressure({});
  capture.stat_before = capture.stat_after = "cpu  1 2 3 4\ncpu0 1 2 3 4\nprocs_running 1\n";
  capture.loadavg.assign(5, "?");
  EXPECT_THAT(interpret(capture).notes, ElementsAre("/proc/stat: no usable procs_blocked",
                                                    "/proc/loadavg: no usable averages"));
}

TEST(Inputs, the_cpus_are_counted_elsewhere_where_stat_is_hidden) {
  Capture capture = with_pressure({});
  capture.stat_before = capture.stat_after = std::nullopt;
  capture.cpuinfo = "processor\t: 0\nprocessor\t: 1\nprocessor\t: 2\n";
  EXPECT_EQ(interpret(capture).cpus, 3);
}

TEST(Inputs, an_unknown_number_of_cpus_is_noted) {
  Capture capture = with_pressure({});
  capture.stat_before = capture.stat_after = std::nullopt;
  EXPECT_THAT(interpret(capture).notes, Contains(HasSubstr("number of CPUs is unknown")));
}

TEST(Inputs, a_kernel_release_that_is_no_plain_text_is_made_harmless) {
  Capture capture = with_pressure({});
  capture.osrelease = "6.1\x1b[2J\"\\" + std::string(500, 'x');
  EXPECT_EQ(interpret(capture).kernel.substr(0, 9), "6.1?[2J\"\\");
  EXPECT_EQ(interpret(capture).kernel.size(), 64U);
}

TEST(Shares, are_what_passed_between_two_readings) {
  const auto shares = shares_between({.busy = 100, .idle = 100, .iowait = 10, .steal = 5},
                                     {.busy = 104, .idle = 103, .iowait = 11, .steal = 8});
  ASSERT_TRUE(shares);
  EXPECT_DOUBLE_EQ(shares->busy, 0.4);
  EXPECT_DOUBLE_EQ(shares->iowait, 0.1);
  EXPECT_DOUBLE_EQ(shares->steal, 0.2);
}

TEST(Shares, a_single_tick_of_steal_is_rounding) {
  EXPECT_EQ(shares_between({}, {.busy = 5, .idle = 5, .steal = 1})->steal, 0);
}

TEST(Shares, counters_that_run_backwards_count_as_standing_still) {
  const auto shares = shares_between({.busy = 100, .idle = 100, .iowait = 50, .steal = 9},
                                     {.busy = 105, .idle = 105, .iowait = 40, .steal = 1});
  ASSERT_TRUE(shares);
  EXPECT_EQ(shares->iowait, 0);
  EXPECT_EQ(shares->steal, 0);
  EXPECT_FALSE(shares_between({.busy = 9}, {.busy = 9}));
}

}  // namespace
}  // namespace serverscore
