// SPDX-License-Identifier: Apache-2.0
#include "serverscore/score/dangers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace serverscore {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr double kGib = 1024.0 * 1024 * 1024;

// 100 where there is no such danger.
int cap_of(const Inputs& inputs, std::string_view name) {
  const auto dangers = find_dangers(inputs);
  const auto found = std::find_if(dangers.begin(), dangers.end(),
                                  [&](const Danger& danger) { return danger.name == name; });
  return found == dangers.end() ? 100 : found->cap;
}

Filesystem disk_of(double bytes, double available, std::string path = "/") {
  Filesystem disk;
  disk.mount.path = std::move(path);
  disk.mount.type = "ext4";
  disk.bytes = bytes;
  disk.bytes_available = available;
  return disk;
}

int disk_cap(double bytes, double available) {
  Inputs inputs;
  inputs.filesystems.push_back(disk_of(bytes, available));
  return cap_of(inputs, "disk");
}

int memory_cap(const Memory& memory, std::string_view name = "memory") {
  Inputs inputs;
  inputs.memory = memory;
  return cap_of(inputs, name);
}

int steal_cap(double busy, double steal, double idle = 0) {
  Inputs inputs;
  Since& since = inputs.since.emplace();
  since.seconds = 10;
  CpuShares& shares = since.shares.emplace();
  shares.busy = busy * (1 - idle);
  shares.steal = steal * (1 - idle);
  return cap_of(inputs, "steal");
}

TEST(Dangers, are_none_where_nothing_is_known) {
  EXPECT_THAT(find_dangers({}), IsEmpty());
}

TEST(Memory, is_a_danger_below_its_reserve) {
  EXPECT_EQ(memory_cap({.total = 1e6, .available = 80'000}), 100);
  EXPECT_EQ(memory_cap({.total = 1e6, .available = 40'000}), 50);
  EXPECT_EQ(memory_cap({.total = 1e6, .available = 0}), 1);
  EXPECT_EQ(memory_cap({.total = 768.0 * (1 << 20), .available = 8.0 * (1 << 20)}), 100);
}

TEST(Memory, of_the_swap_half_counts) {
  EXPECT_EQ(
      memory_cap({.total = 1e6, .available = 20'000, .swap_total = 40'000, .swap_free = 40'000}),
      50);
}

TEST(Swap, that_is_full_is_a_danger_only_where_memory_is_short_too) {
  Memory memory{.total = 1e6, .available = 500'000, .swap_total = 1e6, .swap_free = 0};
  EXPECT_EQ(memory_cap(memory, "swap"), 100);
  memory.available = 80'000;
  EXPECT_EQ(memory_cap(memory, "swap"), 50);
  memory.swap_free = 500'000;
  EXPECT_EQ(memory_cap(memory, "swap"), 100);
  memory.swap_total = memory.swap_free = 0;
  EXPECT_EQ(memory_cap(memory, "swap"), 100);
}

TEST(Disk, that_is_small_is_judged_by_its_share_that_is_free) {
  EXPECT_EQ(disk_cap(8 * kGib, 0.9 * kGib), 100);
  EXPECT_EQ(disk_cap(8 * kGib, 0.4 * kGib), 50);
  EXPECT_EQ(disk_cap(8 * kGib, 0.24 * kGib), 30);
  EXPECT_EQ(disk_cap(8 * kGib, 0), 1);
}

TEST(Disk, that_is_large_is_judged_by_the_bytes_that_are_free) {
  EXPECT_EQ(disk_cap(1000 * kGib, 60 * kGib), 100);
  EXPECT_EQ(disk_cap(1000 * kGib, 5 * kGib), 50);
  EXPECT_EQ(disk_cap(16'000 * kGib, 11 * kGib), 100);
}

TEST(Disk, of_several_the_fullest_is_named) {
  Inputs inputs;
  inputs.filesystems = {disk_of(10 * kGib, 0.5 * kGib, "/var"),
                        disk_of(10 * kGib, 0.1 * kGib, "/\x1b[2J"),
                        disk_of(10 * kGib, 0.9 * kGib, "/home")};
  const auto dangers = find_dangers(inputs);
  ASSERT_THAT(dangers, SizeIs(1));
  EXPECT_EQ(dangers[0].cap, 10);
  EXPECT_EQ(dangers[0].what, "/?[2J");
}

TEST(Disk, that_nobody_writes_to_is_no_danger_however_full) {
  for (const char* path : {"/boot", "/boot/efi", "/efi"}) {
    Inputs inputs;
    inputs.filesystems = {disk_of(kGib, 0, path)};
    EXPECT_THAT(find_dangers(inputs), IsEmpty()) << path;
  }
  Inputs inputs;
  inputs.filesystems = {disk_of(kGib, 0, "/usr"), disk_of(1e6, 0, "/config"),
                        disk_of(0, 0, "/efs")};
  inputs.filesystems[0].mount.read_only = true;
  inputs.filesystems[0].mount.super_read_only = true;
  inputs.filesystems[2].mount.remote = true;
  EXPECT_THAT(find_dangers(inputs), IsEmpty());
}

TEST(Inodes, run_out_by_themselves) {
  Inputs inputs;
  inputs.filesystems = {disk_of(20 * kGib, 10 * kGib, "/var")};
  inputs.filesystems[0].inodes = 1e6;
  inputs.filesystems[0].inodes_free = 50'000;
  const auto dangers = find_dangers(inputs);
  ASSERT_THAT(dangers, SizeIs(1));
  EXPECT_EQ(dangers[0].name, "inodes");
  EXPECT_EQ(dangers[0].cap, 50);
  EXPECT_EQ(dangers[0].what, "/var");
  inputs.filesystems[0].inodes = 1e9;
  inputs.filesystems[0].inodes_free = 6e5;
  EXPECT_THAT(find_dangers(inputs), IsEmpty());
  inputs.filesystems[0].inodes = inputs.filesystems[0].inodes_free = 0;
  EXPECT_THAT(find_dangers(inputs), IsEmpty());
}

TEST(Usage, of_what_can_be_counted_is_a_danger_from_80_percent) {
  for (const auto& [name, field] : {std::pair{"files", &Inputs::files},
                                    {"tasks", &Inputs::tasks},
                                    {"conntrack", &Inputs::conntrack}}) {
    Inputs inputs;
    const auto cap = [&](double used) {
      inputs.*field = Usage{.used = used, .most = 1000};
      return cap_of(inputs, name);
    };
    EXPECT_EQ(cap(800), 100) << name;
    EXPECT_EQ(cap(900), 50) << name;
    EXPECT_EQ(cap(1000), 1) << name;
    EXPECT_EQ(cap(5000), 1) << name;
  }
}

TEST(OomKills, of_the_last_minutes_weigh_heavily_and_more_of_them_more) {
  Inputs inputs;
  const auto cap = [&](double kills) {
    inputs.oom_kills = kills;
    return cap_of(inputs, "oom");
  };
  EXPECT_EQ(cap(0), 100);
  EXPECT_EQ(cap(1), 30);
  EXPECT_EQ(cap(2), 25);
  EXPECT_EQ(cap(1e6), 20);
}

TEST(OomKills, at_the_limit_of_a_group_of_its_own_weigh_less_and_fade) {
  Inputs inputs;
  inputs.oom_kills = 5;
  const auto cap = [&](double age_s) {
    inputs.group_kill_age_s = age_s;
    return cap_of(inputs, "oom");
  };
  EXPECT_EQ(cap(0), 60);
  EXPECT_EQ(cap(90), 80);
  EXPECT_EQ(cap(180), 100);
}

TEST(ReadOnly, is_a_danger_where_the_kernel_made_it_so) {
  Inputs inputs;
  inputs.filesystems = {disk_of(kGib, kGib, "/data")};
  Mount& mount = inputs.filesystems[0].mount;
  mount.super_read_only = true;
  const auto dangers = find_dangers(inputs);
  ASSERT_THAT(dangers, SizeIs(1));
  EXPECT_EQ(dangers[0].name, "read_only");
  EXPECT_EQ(dangers[0].cap, 10);
  EXPECT_EQ(dangers[0].what, "/data");
  mount.super_read_only = false;
  mount.emergency = true;
  EXPECT_EQ(cap_of(inputs, "read_only"), 10);
}

TEST(ReadOnly, is_what_immutable_hosts_mean_their_root_to_be) {
  Inputs inputs;
  inputs.filesystems = {disk_of(kGib, 0, "/"), disk_of(kGib, kGib, "/bound")};
  inputs.filesystems[0].mount.read_only = inputs.filesystems[0].mount.super_read_only = true;
  inputs.filesystems[1].mount.read_only = true;
  EXPECT_THAT(find_dangers(inputs), IsEmpty());
}

TEST(Steal, is_a_danger_from_a_fifth_of_the_time_wanted) {
  EXPECT_EQ(steal_cap(0.8, 0.2), 100);
  EXPECT_EQ(steal_cap(0.6, 0.4), 50);
  EXPECT_EQ(steal_cap(0.4, 0.6), 1);
  EXPECT_EQ(steal_cap(0.0, 1.0), 1);
  EXPECT_EQ(steal_cap(0.6, 0.4, 0.5), 50);
  EXPECT_EQ(steal_cap(0.6, 0.4, 0.95), 100) << "of hardly anything wanted";
}

TEST(Dangers, grow_steadily_as_things_run_out) {
  for (const double total : {2e5, 4e6, 1e9}) {
    int before = 100;
    for (int step = 1000; step >= 0; --step) {
      const int cap = memory_cap({.total = total, .available = total * step / 1000});
      EXPECT_LE(cap, before);
      before = cap;
    }
    EXPECT_EQ(before, 1);
  }
  int before = 100;
  for (int step = 2000; step >= 0; --step) {
    const int cap = disk_cap(20 * kGib, 20 * kGib * step / 2000);
    EXPECT_LE(cap, before);
    EXPECT_LE(before - cap, 2);
    before = cap;
  }
}

}  // namespace
}  // namespace serverscore
