// SPDX-License-Identifier: Apache-2.0
#include "serverscore/containers/threads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serverscore/testing/fixture.h"

namespace serverscore {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Threads, the_state_stands_after_the_name_whatever_that_is) {
  EXPECT_EQ(state_of_thread("12 (bash) S 1 12\n"), 'S');
  EXPECT_EQ(state_of_thread("12 (a) R (b) R 1\n"), 'R');
  EXPECT_EQ(state_of_thread("12 (new\nline) D 1\n"), 'D');
  EXPECT_EQ(state_of_thread(""), ' ');
  EXPECT_EQ(state_of_thread("12 (cut)"), ' ');
  EXPECT_EQ(state_of_thread("12 (cut) "), ' ');
}

TEST(Threads, ids_are_whole_numbers_a_line_each) {
  std::vector<long> ids;
  add_thread_ids("1\n23\n0\nx\n-4\n99999999999\n\n7", ids);
  EXPECT_THAT(ids, ElementsAre(1, 23, 7));
  ids.clear();
  add_thread_ids("", ids);
  EXPECT_THAT(ids, IsEmpty());
}

// A cgroup of 1000 threads, of which every tenth runs.
TEST(Threads, of_very_many_a_selection_stands_for_all) {
  const Tree tree{{"sys/fs/cgroup/c/cgroup.threads",
                   [] {
                     std::string text;
                     for (int id = 1001; id <= 2000; ++id) text += std::to_string(id) + "\n";
                     return text;
                   }()},
                  {"proc/1001/task/1001/stat", "1001 (x) R 1\n"},
                  {"proc/1005/task/1005/stat", "1005 (x) S 1\n"}};
  Files files(tree.root());
  // 256 are looked at, each fourth: the first is found running, and stands for four.
  const auto threads = ThreadCounter(files, 1).count("/sys/fs/cgroup/c");
  ASSERT_TRUE(threads);
  EXPECT_EQ(threads->running, 4);
}

TEST(Threads, that_are_not_listed_are_unknown) {
  const Tree tree{{"sys/fs/cgroup/c/cpu.stat", ""}};
  Files files(tree.root());
  EXPECT_FALSE(ThreadCounter(files, 1).count("/sys/fs/cgroup/c"));
}

}  // namespace
}  // namespace serverscore
