// SPDX-License-Identifier: Apache-2.0
#include "serverscore/capture/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "serverscore/testing/fixture.h"

namespace serverscore {
namespace {

TEST(Files, are_read_whole_one_after_the_other) {
  const std::string large(100'000, 'x');
  const Tree tree{{"proc/a", "first"}, {"proc/b", large}, {"proc/c", ""}};
  Files files(tree.root());
  EXPECT_EQ(files.read("/proc/a"), "first");
  EXPECT_EQ(files.read("/proc/b"), large);
  EXPECT_EQ(files.read("/proc/c"), "");
  EXPECT_EQ(files.read("/proc/a"), "first");
}

TEST(Files, beyond_4_MiB_are_cut) {
  const Tree tree{{"proc/a", std::string(std::size_t{5} << 20, 'x')}};
  Files files(tree.root());
  EXPECT_EQ(files.read("/proc/a")->size(), std::size_t{4} << 20);
}

TEST(Files, that_cannot_be_read_are_nothing) {
  const Tree tree{{"proc/folder/file", ""}};
  ASSERT_EQ(::mkfifo((tree.root() + "/proc/pipe").c_str(), 0600), 0);
  Files files(tree.root());
  EXPECT_FALSE(files.read("/proc/absent"));
  EXPECT_FALSE(files.read("/proc/folder"));
  // Never waits for somebody to write.
  EXPECT_THAT(files.read("/proc/pipe").value_or(""), "");
}

TEST(Files, without_a_root_are_the_hosts) {
  Files files("");
  EXPECT_TRUE(files.read("/proc/self/stat"));
  EXPECT_STREQ(files.below_root("/proc"), "/proc");
}

TEST(KeptFile, is_read_anew_each_time) {
  const Tree tree{{"proc/a", "first"}};
  KeptFile file(tree.root() + "/proc/a");
  Text text = "what was there before";
  file.read(text);
  EXPECT_EQ(text, "first");
  std::ofstream(tree.root() + "/proc/a") << "then";
  file.read(text);
  EXPECT_EQ(text, "then");
}

TEST(KeptFile, is_looked_for_again_when_it_was_not_there) {
  const Tree tree{};
  KeptFile file(tree.root() + "/late");
  Text text = "what was there before";
  file.read(text);
  EXPECT_FALSE(text);
  std::ofstream(tree.root() + "/late") << "here";
  file.read(text);
  EXPECT_EQ(text, "here");
}

TEST(KeptFile, is_read_whole_though_the_kernel_gives_it_in_pieces) {
  KeptFile file("/proc/self/smaps");
  Text text;
  file.read(text);
  EXPECT_GT(text.value_or("").size(), 8192U);
  EXPECT_THAT(text.value_or(""), testing::HasSubstr("[stack]"));
}

}  // namespace
}  // namespace serverscore
