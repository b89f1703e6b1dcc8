// SPDX-License-Identifier: Apache-2.0
#include "serverscore/parse/limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace serverscore {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(FileHandles, are_those_in_use_and_the_most) {
  Notes notes;
  const auto files = parse_file_nr("1056\t56\t401224\n", notes);
  ASSERT_TRUE(files);
  EXPECT_EQ(files->used, 1000);
  EXPECT_EQ(files->most, 401224);
  EXPECT_THAT(notes, IsEmpty());
}

TEST(FileHandles, may_be_without_end_as_systemd_makes_them) {
  Notes notes;
  const auto files = parse_file_nr("1056\t0\t9223372036854775807\n", notes);
  ASSERT_TRUE(files);
  EXPECT_GT(files->most, 9e18);
}

TEST(FileHandles, that_are_garbage_are_noted) {
  for (const char* text :
       {"", "1", "1 2", "1 0 0", "x 0 9", "1 -1 9", "1 0 99999999999999999999"}) {
    Notes notes;
    EXPECT_FALSE(parse_file_nr(text, notes)) << text;
    EXPECT_THAT(notes, ElementsAre("/proc/sys/fs/file-nr: no usable numbers")) << text;
  }
}

TEST(Number, is_the_first_word_or_a_note_with_its_file) {
  Notes notes;
  EXPECT_EQ(parse_number("32768\n", "/proc/sys/kernel/pid_max", notes), 32768);
  EXPECT_FALSE(parse_number("many\n", "/proc/sys/kernel/pid_max", notes));
  EXPECT_THAT(notes, ElementsAre("/proc/sys/kernel/pid_max: no usable number"));
}

TEST(OomKills, are_counted_since_linux_4_13) {
  EXPECT_EQ(parse_oom_kills("pgfault 1\noom_kill 3\noom_killer 9\n"), 3);
  EXPECT_FALSE(parse_oom_kills("pgfault 1\npgmajfault 2\n"));
  EXPECT_FALSE(parse_oom_kills("oom_kill\n"));
  EXPECT_FALSE(parse_oom_kills("oom_kill -1\n"));
}

TEST(ReclaimStalls, are_those_of_all_zones) {
  EXPECT_EQ(parse_reclaim_stalls("allocstall_dma 1\nallocstall_normal 4\nx 9\n"), 5);
  EXPECT_EQ(parse_reclaim_stalls("pgfault 1\nallocstall 7\n"), 7);
  EXPECT_FALSE(parse_reclaim_stalls("pgfault 1\nallocstall\n"));
}

TEST(Disks, are_whole_ones_only) {
  Notes notes;
  const auto disks = parse_diskstats(
      " 259 0 nvme0n1 100 0 800 50 200 0 1600 150 0 70 200\n"
      " 259 1 nvme0n1p1 99 0 800 50 200 0 1600 150 0 70 200\n"
      " 202 0 xvda 10 0 8 5 20 0 16 15 0 90 20 0 0 0 0\n"
      " 202 1 xvda1 10 0 8 5 20 0 16 15 0 90 20\n"
      "   7 0 loop0 5 0 5 5 5 0 5 5 0 500 5\n"
      " 253 0 dm-0 5 0 5 5 5 0 5 5 0 500 5\n"
      " 179 0 mmcblk0 1 0 1 1 1 0 1 1 0 1 1\n",
      notes);
  ASSERT_TRUE(disks);
  EXPECT_EQ(disks->busiest_ms, 90);
  EXPECT_EQ(disks->requests, 100 + 200 + 10 + 20 + 1 + 1);
  EXPECT_EQ(disks->waited_ms, 50 + 150 + 5 + 15 + 1 + 1);
  EXPECT_THAT(notes, IsEmpty());
}

TEST(Disks, that_are_none_say_nothing) {
  Notes notes;
  EXPECT_FALSE(parse_diskstats("", notes));
  EXPECT_FALSE(parse_diskstats("7 0 loop0 1 1 1 1 1 1 1 1 1 1 1\n", notes));
  EXPECT_THAT(notes, IsEmpty());
  EXPECT_FALSE(parse_diskstats("8 0 sda 1 1 x 1\n8 0 sda\n\xff\xfe", notes));
  EXPECT_THAT(notes, ElementsAre("/proc/diskstats: a disk without usable numbers"));
}

}  // namespace
}  // namespace serverscore
