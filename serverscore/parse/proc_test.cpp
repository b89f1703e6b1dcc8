// SPDX-License-Identifier: Apache-2.0
#include "serverscore/parse/proc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace serverscore {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Stat, sums_the_times_and_counts_the_cpus) {
  Notes notes;
  const Stat stat = parse_stat(
      "cpu  4691 1 2951 213293 325 2 70 18 5 6\ncpu0 1 1 1 1\ncpu1 1 1 1 1\nintr 236067 0 0\n"
      "processes 7991\nprocs_running 3\nprocs_blocked 1\n",
      notes);
  ASSERT_TRUE(stat.times);
  EXPECT_EQ(stat.times->busy, 4691 + 1 + 2951 + 2 + 70);
  EXPECT_EQ(stat.times->nice, 1);
  EXPECT_EQ(stat.times->idle, 213293);
  EXPECT_EQ(stat.times->iowait, 325);
  EXPECT_EQ(stat.times->steal, 18);
  EXPECT_EQ(stat.cpus, 2);
  EXPECT_EQ(stat.running, 3);
  EXPECT_EQ(stat.blocked, 1);
  EXPECT_EQ(stat.forks, 7991);
  EXPECT_THAT(notes, IsEmpty());
}

TEST(Stat, that_is_garbage_yields_nothing_and_says_so) {
  for (const char* text :
       {"", "\n\n\n", "cpu", "cpu x y z", "cpu 1 2 3", "\xff\xfe cpu0", "cpu  -1 2 3 4",
        "procs_running many", "procs_running 99999999", "cpu 99999999999999999999999 1 1 1"}) {
    Notes notes;
    const Stat stat = parse_stat(text, notes);
    EXPECT_FALSE(stat.times) << text;
    EXPECT_FALSE(stat.running) << text;
    EXPECT_FALSE(notes.empty()) << text;
  }
}

TEST(LoadAverage, is_three_averages_and_the_running_tasks) {
  Notes notes;
  const auto load = parse_loadavg("0.78 1.23 10.08 3/96 7988\n", notes);
  ASSERT_TRUE(load);
  EXPECT_DOUBLE_EQ(load->one, 0.78);
  EXPECT_DOUBLE_EQ(load->five, 1.23);
  EXPECT_DOUBLE_EQ(load->fifteen, 10.08);
  EXPECT_EQ(load->running, 3);
  EXPECT_EQ(load->tasks, 96);
  EXPECT_THAT(notes, IsEmpty());
}

TEST(LoadAverage, without_the_running_tasks_still_counts) {
  Notes notes;
  const auto load = parse_loadavg("0.78 1.23 10.08\n", notes);
  ASSERT_TRUE(load);
  EXPECT_FALSE(load->running);
  EXPECT_THAT(notes, ElementsAre("/proc/loadavg: no usable number of running tasks"));
}

TEST(LoadAverage, that_is_garbage_is_noted) {
  for (const char* text :
       {"", "a b c", "-1 0 0 1/2 3", "0.5 0.5", "1e9 1 1 1/2 3", "0.x 1 1 1/1"}) {
    Notes notes;
    EXPECT_FALSE(parse_loadavg(text, notes)) << text;
    EXPECT_EQ(notes.size(), 1U) << text;
  }
}

TEST(Memory, is_what_the_kernel_says_is_available) {
  Notes notes;
  const auto memory = parse_meminfo(
      "MemTotal: 1000 kB\nMemFree: 10 kB\nMemAvailable: 400 kB\nSwapTotal: 50 kB\nSwapFree: 20 "
      "kB\n",
      notes);
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->total, 1000);
  EXPECT_EQ(memory->available, 400);
  EXPECT_EQ(memory->swap_total, 50);
  EXPECT_EQ(memory->swap_free, 20);
  EXPECT_THAT(notes, IsEmpty());
}

TEST(Memory, of_kernels_that_do_not_say_is_estimated_from_free_memory_and_caches) {
  Notes notes;
  const auto memory = parse_meminfo(
      "MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 200 kB\nShmem: 80 kB\n", notes);
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->available, 100 + 50 + 200 - 80);
  EXPECT_EQ(notes.size(), 1U);
}

TEST(Memory, never_has_more_available_than_there_is) {
  Notes notes;
  const auto memory = parse_meminfo(
      "MemTotal: 10 kB\nMemAvailable: 400 kB\nSwapTotal: 1 kB\nSwapFree: 2 kB\n", notes);
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->available, 10);
  EXPECT_EQ(memory->swap_free, 1);
}

TEST(Memory, without_a_total_is_unknown) {
  for (const char* text : {"", "MemTotal: 0 kB\nMemFree: 1 kB\n", "MemTotal: -5 kB\n",
                           "MemTotal: 100 kB\n", "MemFree: 100 kB\n", "MemTotal 100 kB\n"}) {
    Notes notes;
    EXPECT_FALSE(parse_meminfo(text, notes)) << text;
    EXPECT_EQ(notes.size(), 1U) << text;
  }
}

TEST(Uptime, is_the_first_number) {
  Notes notes;
  EXPECT_EQ(parse_uptime("1094.50 2132.93\n", notes), 1094.5);
  EXPECT_FALSE(parse_uptime("a while\n", notes));
  EXPECT_EQ(notes.size(), 1U);
}

TEST(CpuInfo, has_a_processor_line_for_each_cpu) {
  EXPECT_EQ(parse_cpuinfo("processor\t: 0\nmodel name\t: x\n\nprocessor\t: 1\n"), 2);
  EXPECT_EQ(parse_cpuinfo("nothing of the kind"), 0);
}

}  // namespace
}  // namespace serverscore
