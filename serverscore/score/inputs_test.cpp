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
  EXPECT_THAT(interpret({}).missing, SizeIs(11));
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

constexpr double kLongAgo = 1e6;

// What interpret() left behind of a host some seconds ago.
Past past_of(const Host& host, double seconds) {
  Host then = host;
  then.since_boot_s = kLongAgo - seconds;
  const Inputs inputs = interpret(with_pressure(then));
  return remember({}, inputs.boot, inputs.look);
}

Host now(Host host = {}) {
  host.since_boot_s = kLongAgo;
  return host;
}

TEST(Inputs, of_the_first_look_know_nothing_of_what_happened_since) {
  EXPECT_FALSE(interpret(with_pressure({})).since);
  EXPECT_FALSE(interpret(with_pressure(now()), past_of({}, 1)).since) << "too short ago";
  EXPECT_FALSE(interpret(with_pressure(now()), past_of({}, 300)).since) << "too long ago";
}

TEST(Inputs, of_a_later_look_tell_what_happened_since) {
  Capture before = with_pressure(now({.others = 1}));
  Capture after = with_pressure(now({.others = 3}));
  before.since_boot_s = kLongAgo - 10;
  before.cpu_pressure = "some avg10=0.00 total=1000000\nfull avg10=0.00 total=0\n";
  after.cpu_pressure = "some avg10=0.00 total=6000000\nfull avg10=0.00 total=1000000\n";
  before.stat_after =
      "cpu 100 20 0 100 0 0 0 0\ncpu0 1 1 1 1\nprocesses 50\nprocs_running 2\n"
      "procs_blocked 0\n";
  after.stat_after =
      "cpu 140 30 0 140 10 0 0 0\ncpu0 1 1 1 1\nprocesses 150\nprocs_running 4\n"
      "procs_blocked 0\n";
  before.disks_after = "8 0 sda 10 0 0 100 10 0 0 100 0 1000 0\n";
  after.disks_after = "8 0 sda 20 0 0 140 20 0 0 160 0 3500 0\n";
  const Inputs earlier = interpret(before);
  const Inputs inputs = interpret(after, remember({}, earlier.boot, earlier.look));
  ASSERT_TRUE(inputs.since);
  EXPECT_DOUBLE_EQ(inputs.since->seconds, 10);
  EXPECT_DOUBLE_EQ(inputs.since->shares->busy, 0.5);
  EXPECT_DOUBLE_EQ(inputs.since->shares->nice, 0.1);
  EXPECT_DOUBLE_EQ(inputs.since->shares->iowait, 0.1);
  EXPECT_DOUBLE_EQ(inputs.since->cpu_pressure->some, 0.5);
  EXPECT_DOUBLE_EQ(inputs.since->cpu_pressure->full, 0.1);
  EXPECT_DOUBLE_EQ(*inputs.since->run_queue, 2);
  EXPECT_DOUBLE_EQ(*inputs.since->forks_per_second, 10);
  EXPECT_DOUBLE_EQ(inputs.since->disk->busy, 0.25);
  EXPECT_DOUBLE_EQ(inputs.since->disk->await_ms, 5);
}

TEST(Inputs, counters_that_ran_backwards_are_left_out_of_what_happened_since) {
  Past past = past_of({}, 10);
  Look& before = past.looks[0];
  before.times->busy = 1e9;
  before.cpu_stalls->some = 1e15;
  before.forks = 1e9;
  before.oom_kills = 7;
  const Inputs inputs = interpret(with_pressure(now({.oom_kills = 3})), past);
  ASSERT_TRUE(inputs.since);
  EXPECT_FALSE(inputs.since->shares);
  EXPECT_FALSE(inputs.since->cpu_pressure);
  EXPECT_FALSE(inputs.since->forks_per_second);
  EXPECT_TRUE(inputs.since->io_pressure);
  EXPECT_FALSE(inputs.oom_kills);
}

TEST(Inputs, another_boot_has_no_past) {
  Past past = past_of({}, 10);
  past.boot = "another";
  EXPECT_FALSE(interpret(with_pressure(now()), past).since);
}

TEST(Inputs, oom_kills_are_those_since_the_last_looks) {
  EXPECT_EQ(
      interpret(with_pressure(now({.oom_kills = 4})), past_of({.oom_kills = 3}, 60)).oom_kills, 1);
  EXPECT_EQ(interpret(with_pressure(now({.oom_kills = 4}))).oom_kills, std::nullopt);
  EXPECT_EQ(interpret(with_pressure(now())).oom_kills, 0);
  EXPECT_EQ(interpret(with_pressure({.oom_kills = 4, .since_boot_s = 90})).oom_kills, 4);
}

TEST(Inputs, oom_kills_are_a_groups_own_where_no_allocation_waited_for_the_hosts_memory) {
  const auto vmstat = [](int kills, int stalls) {
    return "allocstall_dma 0\nallocstall_normal " + std::to_string(stalls) + "\noom_kill " +
           std::to_string(kills) + "\n";
  };
  Capture capture = with_pressure(now());
  capture.vmstat = vmstat(3, 50);
  const Inputs before = interpret(capture);
  EXPECT_FALSE(before.group_kill_age_s) << "nobody saw when that was";
  const Past past = remember({}, before.boot, before.look);

  capture.since_boot_s += 10;
  capture.vmstat = vmstat(4, 51);
  EXPECT_FALSE(interpret(capture, past).group_kill_age_s) << "the host's";
  capture.vmstat = vmstat(4, 50);
  const Inputs after = interpret(capture, past);
  EXPECT_EQ(after.group_kill_age_s, 0);
  EXPECT_EQ(after.oom_kills, 1);

  capture.since_boot_s += 60;
  EXPECT_EQ(interpret(capture, remember(past, after.boot, after.look)).group_kill_age_s, 60);
}

TEST(Inputs, have_the_limits_of_the_host) {
  Capture capture = with_pressure({});
  capture.conntrack_count = "30\n";
  capture.conntrack_max = "65536\n";
  const Inputs inputs = interpret(capture);
  EXPECT_EQ(inputs.capacity, 2);
  EXPECT_FALSE(inputs.contained);
  EXPECT_EQ(inputs.files->used, 1056);
  EXPECT_EQ(inputs.tasks->used, 96);
  EXPECT_EQ(inputs.tasks->most, 31345) << "the least of the limits";
  EXPECT_EQ(inputs.conntrack->most, 65536);
  EXPECT_THAT(inputs.filesystems, SizeIs(1));
  EXPECT_THAT(inputs.notes, IsEmpty());
}

TEST(Inputs, a_containers_limits_stand_for_the_hosts) {
  Capture capture =
      with_pressure({.cpus = 16, .total_kib = 64'000'000, .available_kib = 50'000'000});
  CgroupFiles& cgroup = capture.cgroup;
  cgroup.cpu_max = "150000 100000\n";
  cgroup.cpu_stat = "throttled_usec 1000000\n";
  cgroup.memory_max = "1073741824\n";
  cgroup.memory_current = "805306368\n";
  cgroup.memory_stat = "inactive_file 268435456\n";
  cgroup.memory_events = "oom 1\noom_kill 0\n";
  cgroup.pids_max = "100\n";
  cgroup.pids_current = "90\n";
  cgroup.cpu_pressure = "some avg10=40.00 total=1\nfull avg10=30.00 total=1\n";
  const Inputs inputs = interpret(capture);
  EXPECT_TRUE(inputs.contained);
  EXPECT_EQ(inputs.cpus, 16);
  EXPECT_EQ(inputs.capacity, 1.5);
  EXPECT_EQ(inputs.memory->total, 1 << 20);
  EXPECT_EQ(inputs.memory->available, 1 << 19);
  EXPECT_EQ(inputs.memory->swap_total, 0);
  EXPECT_EQ(inputs.tasks->most, 100);
  EXPECT_DOUBLE_EQ(inputs.cpu_pressure->some, 0.4);
  EXPECT_TRUE(inputs.io_pressure) << "the host's, as the container has none";
  EXPECT_EQ(inputs.oom_kills, 0);
  EXPECT_EQ(inputs.look.throttled_us, 1e6);
  EXPECT_THAT(inputs.notes, IsEmpty());
}

TEST(Inputs, a_quota_that_stops_a_container_shows_since_the_last_look) {
  Capture capture = with_pressure(now());
  capture.cgroup.cpu_max = "50000 100000\n";
  capture.cgroup.cpu_stat = "throttled_usec 3000000\n";
  Past past = past_of({}, 10);
  past.looks[0].throttled_us = 0;
  EXPECT_DOUBLE_EQ(interpret(capture, past).throttled.value_or(0), 0.3);
}

TEST(Inputs, limits_beyond_what_the_host_has_are_none) {
  Capture capture = with_pressure({});
  capture.cgroup.cpu_max = "800000 100000\n";
  capture.cgroup.cpuset = "0-1\n";
  capture.cgroup.memory_max = "1099511627776\n";
  capture.cgroup.memory_current = "1000\n";
  const Inputs inputs = interpret(capture);
  EXPECT_FALSE(inputs.contained);
  EXPECT_EQ(inputs.capacity, 2);
  EXPECT_EQ(inputs.memory->total, 4'000'000);
}

TEST(Inputs, a_set_of_cpus_limits_too) {
  Capture capture = with_pressure({.cpus = 8});
  capture.cgroup.cpuset = "2-3\n";
  EXPECT_EQ(interpret(capture).capacity, 2);
  EXPECT_TRUE(interpret(capture).contained);
}

}  // namespace
}  // namespace serverscore
