// SPDX-License-Identifier: Apache-2.0
#include "serverscore/parse/cgroup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace serverscore {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST(CpuQuota, is_how_many_cpus_may_be_used_at_once) {
  Notes notes;
  EXPECT_EQ(parse_cpu_max("50000 100000\n", "cpu.max", notes), 0.5);
  EXPECT_EQ(parse_cpu_max("400000 100000\n", "cpu.max", notes), 4);
  EXPECT_FALSE(parse_cpu_max("max 100000\n", "cpu.max", notes));
  EXPECT_FALSE(parse_cpu_max("-1 100000\n", "cpu.max", notes));
  EXPECT_THAT(notes, IsEmpty());
}

TEST(CpuQuota, that_is_garbage_is_none_and_noted) {
  for (const char* text : {"", "50000", "0 100000", "50000 0", "x y", "-5 100000", "1 1"}) {
    Notes notes;
    EXPECT_FALSE(parse_cpu_max(text, "cpu.max", notes)) << text;
    EXPECT_THAT(notes, SizeIs(1)) << text;
  }
}

TEST(CpuList, is_counted) {
  EXPECT_EQ(parse_cpu_list("0\n"), 1);
  EXPECT_EQ(parse_cpu_list("0-3,7\n"), 5);
  EXPECT_EQ(parse_cpu_list("0-65536\n"), 65536);
  for (const char* text : {"", "\n", "a", "3-1", "0-", ",", "0-99999999999", "-1"}) {
    EXPECT_LE(parse_cpu_list(text), 1) << text;
  }
}

TEST(Limit, is_none_in_the_words_of_either_version) {
  Notes notes;
  EXPECT_EQ(parse_limit("536870912\n", "memory.max", notes), 536870912);
  EXPECT_FALSE(parse_limit("max\n", "memory.max", notes));
  EXPECT_FALSE(parse_limit("9223372036854771712\n", "memory.limit_in_bytes", notes));
  EXPECT_THAT(notes, IsEmpty());
  EXPECT_FALSE(parse_limit("lots\n", "memory.max", notes));
  EXPECT_THAT(notes, SizeIs(1));
}

TEST(CgroupMemory, has_available_what_the_working_set_leaves) {
  Notes notes;
  const auto memory = parse_cgroup_memory(
      1024.0 * 1000, "819200\n", "anon 1\ninactive_file 204800\nactive_file 7\n", "f", notes);
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->total, 1000);
  EXPECT_EQ(memory->available, 400);
}

TEST(CgroupMemory, of_version_1_takes_the_groups_below_it_into_account) {
  Notes notes;
  const auto memory = parse_cgroup_memory(
      1024.0 * 1000, "819200\n", "inactive_file 0\ntotal_inactive_file 204800\n", "f", notes);
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->available, 400);
}

TEST(CgroupMemory, stays_within_its_bounds_whatever_the_numbers) {
  Notes notes;
  EXPECT_EQ(parse_cgroup_memory(1024, "999999\n", "", "f", notes)->available, 0);
  EXPECT_EQ(parse_cgroup_memory(1024, "5\n", "inactive_file 99999\n", "f", notes)->available, 1);
  EXPECT_THAT(notes, IsEmpty());
  EXPECT_FALSE(parse_cgroup_memory(1024, "?\n", "", "f", notes));
  EXPECT_FALSE(parse_cgroup_memory(0, "5\n", "", "f", notes));
  EXPECT_THAT(notes, SizeIs(1));
}

TEST(Pids, need_a_limit) {
  Notes notes;
  const auto pids = parse_pids("12\n", "100\n", "f", notes);
  ASSERT_TRUE(pids);
  EXPECT_EQ(pids->used, 12);
  EXPECT_EQ(pids->most, 100);
  EXPECT_FALSE(parse_pids("12\n", "max\n", "f", notes));
  EXPECT_FALSE(parse_pids("12\n", "0\n", "f", notes));
  EXPECT_THAT(notes, IsEmpty());
}

TEST(Throttling, is_in_microseconds_of_either_version) {
  EXPECT_EQ(parse_throttled_us("usage_usec 9\nnr_periods 5\nnr_throttled 2\nthrottled_usec 70\n"),
            70);
  EXPECT_EQ(parse_throttled_us("nr_periods 5\nnr_throttled 2\nthrottled_time 70000\n"), 70);
  EXPECT_FALSE(parse_throttled_us("usage_usec 9\n"));
  EXPECT_FALSE(parse_throttled_us("throttled_usec x\n"));
}

TEST(CgroupOomKills, are_those_of_the_group) {
  EXPECT_EQ(parse_cgroup_oom_kills("low 0\nhigh 0\nmax 9\noom 3\noom_kill 2\n"), 2);
  EXPECT_EQ(parse_cgroup_oom_kills("oom_kill_disable 0\nunder_oom 0\noom_kill 1\n"), 1);
  EXPECT_FALSE(parse_cgroup_oom_kills("oom_kill_disable 0\nunder_oom 0\n"));
}

}  // namespace
}  // namespace serverscore
