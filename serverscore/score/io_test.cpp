// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "serverscore/score/part.h"

namespace serverscore {
namespace {

Inputs with_disk(double busy, double await_ms) {
  Inputs inputs;
  inputs.disk = DiskUse{.busy = busy, .await_ms = await_ms};
  return inputs;
}

TEST(Io, a_quick_disk_hurts_nobody_however_busy_it_is) {
  Inputs inputs = with_disk(0.9, 0.04);
  inputs.io_pressure = Pressure{.some = 0.54, .full = 0};
  EXPECT_GE(judge_io(inputs).score, 98);
}

TEST(Io, the_time_that_requests_to_the_disk_take_is_a_requests_own) {
  // A request of 5 ms that waits for the disk, which is always at work, 10 ms and a little more.
  EXPECT_NEAR(judge_io(with_disk(1, 10)).slowdown, 1 + 1.1 * 10 / 5, 0.01);
  // Half the requests come while it isn't.
  EXPECT_NEAR(judge_io(with_disk(0.5, 10)).slowdown, 1 + 1.1 * 5 / 5, 0.01);
}

TEST(Io, a_disk_that_hangs_is_the_end) {
  EXPECT_EQ(judge_io(with_disk(1, 50'000)).score, 1);
}

TEST(Io, believes_stalls_of_all_work_more_than_those_of_some) {
  Inputs inputs;
  inputs.io_pressure = Pressure{.some = 0.54, .full = 0};
  EXPECT_GE(judge_io(inputs).score, 90);
  inputs.io_pressure->full = 0.54;
  EXPECT_LE(judge_io(inputs).score, 75);
}

TEST(Io, a_burst_in_the_first_look_is_weighed_by_how_long_somebody_waited_lately) {
  Inputs inputs = with_disk(1, 10);
  inputs.io_pressure = Pressure{.some = 0.25, .full = 0};
  EXPECT_NEAR(judge_io(inputs).slowdown, 1 + 1.1 * 10 * 0.5 / 5, 0.01);
  inputs.io_pressure = Pressure{.some = 1, .full = 0};
  EXPECT_NEAR(judge_io(inputs).slowdown, 1 + 1.1 * 10 / 5, 0.01);
}

TEST(Io, joins_the_present_and_the_last_seconds) {
  Inputs inputs = with_disk(0, 0);
  Since since;
  since.seconds = 8;
  since.disk = DiskUse{.busy = 1, .await_ms = 10};
  inputs.since = since;
  EXPECT_NEAR(judge_io(inputs).slowdown, 1 + 0.7 * 1.1 * 10 / 5, 0.01);
  inputs.since->seconds = 100;  // no longer about now
  EXPECT_EQ(judge_io(inputs).slowdown, 1);
}

TEST(Io, waiting_for_nobodys_disk_on_a_host_without_a_free_cpu_is_starvation) {
  Inputs inputs = with_disk(0, 0);
  inputs.cpus = 2;
  inputs.io_pressure = Pressure{.some = 0.45, .full = 0};
  inputs.blocked = {1, 1};
  inputs.all_busy = 1;
  EXPECT_LE(judge_io(inputs).score, 25);
  inputs.all_busy = 0;  // then it waits for something far away, a network's disk
  EXPECT_EQ(judge_io(inputs).score, 100);
  inputs.all_busy = 1;
  inputs.disk = DiskUse{.busy = 0.5, .await_ms = 0.01};
  EXPECT_GE(judge_io(inputs).score, 99) << "it waits for the disk";
  inputs.disk = DiskUse{};
  inputs.blocked = {0, 0};
  EXPECT_EQ(judge_io(inputs).score, 100) << "it waited earlier, for whatever it was";
}

TEST(Io, without_pressure_information_is_estimated_from_waiting_cpus) {
  Inputs inputs;
  inputs.cpus = 2;
  inputs.blocked = {1};
  inputs.shares = CpuShares{.busy = 0, .nice = 0, .system = 0, .iowait = 0.5, .steal = 0};
  const Part part = judge_io(inputs);
  EXPECT_EQ(part.score, 50);
  EXPECT_TRUE(part.estimated);
}

TEST(Io, is_unknown_when_nothing_spoke_of_it) {
  EXPECT_FALSE(judge_io({}).known);
}

}  // namespace
}  // namespace serverscore
