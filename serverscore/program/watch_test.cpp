// SPDX-License-Identifier: Apache-2.0
#include "serverscore/program/watch.h"

#include <gtest/gtest.h>

#include <fstream>

#include "serverscore/testing/fixture.h"

namespace serverscore {
namespace {

constexpr CapturePlan kAtOnce{.span = std::chrono::microseconds{0}, .instants = 1};

void change(const Tree& tree, const std::string& path, const std::string& text) {
  std::ofstream(tree.root() + path, std::ios::binary | std::ios::trunc) << text;
}

TEST(Watch, sees_what_changes_in_files_that_stay_open) {
  const Tree tree(with_pressure({}));
  Watch watch(tree.root(), 3);
  const std::string before = *watch.first(kAtOnce).stat_after;
  change(tree, "/proc/stat", "cpu  1 2 3 4\n");
  change(tree, "/proc/meminfo", "MemTotal: 5 kB\n");
  const Capture& seen = watch.look(false);
  EXPECT_EQ(seen.stat_before, before);
  EXPECT_EQ(seen.stat_after, "cpu  1 2 3 4\n");
  EXPECT_EQ(seen.meminfo, "MemTotal: 5 kB\n");
  change(tree, "/proc/stat", "cpu  9\n");
  EXPECT_EQ(watch.look(false).stat_before, "cpu  1 2 3 4\n");
  EXPECT_EQ(watch.look(false).stat_after, "cpu  9\n");
}

TEST(Watch, keeps_the_latest_looks_at_the_run_queue) {
  const Tree tree(with_pressure({}));
  Watch watch(tree.root(), 3);
  watch.first(kAtOnce);
  for (const char* text : {"1", "2", "3", "4"}) {
    change(tree, "/proc/loadavg", text);
    watch.sample();
  }
  EXPECT_EQ(watch.look(false).loadavg, (std::vector<Text>{"2", "3", "4"}));
}

TEST(Watch, does_without_what_is_not_there) {
  const Tree tree({{"proc/loadavg", "0.00 0.00 0.00 1/99 1234\n"}});
  Watch watch(tree.root(), 2);
  EXPECT_TRUE(readable(watch.first(kAtOnce)));
  watch.sample();
  EXPECT_FALSE(watch.look(false).stat_after);
  change(tree, "/proc/meminfo", "MemTotal: 5 kB\n");
  EXPECT_EQ(watch.look(false).meminfo, "MemTotal: 5 kB\n");
}

TEST(Watch, reads_large_files_whole) {
  const Tree tree(with_pressure({.cpus = 2000}));
  Watch watch(tree.root(), 1);
  const std::string whole = *watch.first(kAtOnce).stat_after;
  EXPECT_GT(whole.size(), 65536U);
  EXPECT_EQ(watch.look(false).stat_after, whole);
}

}  // namespace
}  // namespace serverscore
