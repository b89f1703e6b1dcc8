// SPDX-License-Identifier: Apache-2.0
#include "serverscore/state/state_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "serverscore/testing/fixture.h"

namespace serverscore {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::SizeIs;

Past some_past(double since_boot_s = 100) {
  Look look;
  look.since_boot_s = since_boot_s;
  return Past{.boot = "boot", .looks = {look}};
}

class StateFile : public testing::Test {
 protected:
  void write(const std::string& content) const { std::ofstream(path_) << content; }
  [[nodiscard]] std::size_t files() const {
    const fs::directory_iterator all(tree_.root());
    return static_cast<std::size_t>(std::distance(fs::begin(all), fs::end(all)));
  }

  const Tree tree_{};
  const std::string path_ = tree_.root() + "/serverscore.state";
  const std::string fresh_ = path_ + ".new";
};

TEST_F(StateFile, gives_back_what_was_stored_and_leaves_nothing_else_behind) {
  store_past(path_, some_past(100));
  store_past(path_, some_past(200));
  const Past read = load_past(path_);
  EXPECT_EQ(read.boot, "boot");
  ASSERT_THAT(read.looks, SizeIs(1));
  EXPECT_EQ(read.looks[0].since_boot_s, 200);
  EXPECT_EQ(files(), 1U);
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(StateFile, that_is_missing_cut_off_or_rubbish_is_no_past) {
  EXPECT_THAT(load_past(path_).looks, IsEmpty());
  EXPECT_THAT(load_past("").looks, IsEmpty());
  std::string text = format_past(some_past());
  write(text.substr(0, text.size() - 4));
  EXPECT_EQ(load_past(path_).boot, "");
  write("rubbish");
  EXPECT_EQ(load_past(path_).boot, "");
}

TEST_F(StateFile, that_is_no_small_regular_file_is_not_read) {
  write(format_past(some_past()) + std::string(70'000, '\n'));
  EXPECT_EQ(load_past(path_).boot, "");
  fs::remove(path_);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(load_past(path_).boot, "");
  fs::remove(path_);
  fs::create_directory(path_);
  EXPECT_EQ(load_past(path_).boot, "");
}

TEST_F(StateFile, is_never_reached_through_a_link) {
  const std::string victim = tree_.root() + "/victim";
  std::ofstream(victim) << format_past(some_past());
  fs::create_symlink(victim, path_);
  EXPECT_EQ(load_past(path_).boot, "");
  // Writing replaces the link, not what it leads to.
  store_past(path_, some_past(300));
  EXPECT_FALSE(fs::is_symlink(path_));
  EXPECT_EQ(load_past(victim).looks[0].since_boot_s, 100);
  // Nor does the temporary file lead anywhere.
  fs::create_symlink(victim, fresh_);
  store_past(path_, some_past(400));
  EXPECT_EQ(load_past(victim).looks[0].since_boot_s, 100);
}

TEST_F(StateFile, that_another_run_is_writing_is_left_to_it) {
  std::ofstream(fresh_) << "half of";
  store_past(path_, some_past());
  EXPECT_FALSE(fs::exists(path_));
  EXPECT_TRUE(fs::exists(fresh_));
}

TEST_F(StateFile, left_half_written_by_a_run_that_died_is_cleared_away) {
  std::ofstream(fresh_) << "half of";
  const timespec long_ago[] = {{.tv_sec = 1'000'000, .tv_nsec = 0},
                               {.tv_sec = 1'000'000, .tv_nsec = 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, fresh_.c_str(), long_ago, 0), 0);
  store_past(path_, some_past());
  EXPECT_EQ(load_past(path_).boot, "boot");
  EXPECT_FALSE(fs::exists(fresh_));
}

TEST_F(StateFile, that_cannot_be_written_is_done_without) {
  store_past("", some_past());
  store_past(tree_.root() + "/absent/serverscore.state", some_past());
  store_past("/dev/full/serverscore.state", some_past());
  store_past("/proc/serverscore.state", some_past());
  fs::create_directories(path_ + "/in the way");
  store_past(path_, some_past());
  EXPECT_FALSE(fs::exists(fresh_));
}

TEST_F(StateFile, is_whole_at_any_time_though_several_runs_share_it) {
  store_past(path_, some_past());
  const auto use = [&] {
    for (int i = 0; i < 300; ++i) {
      store_past(path_, some_past(i));
      EXPECT_EQ(load_past(path_).boot, "boot");
    }
  };
  std::jthread other(use);
  use();
  other.join();
  EXPECT_EQ(files(), 1U);
}

TEST(StatePath, is_in_the_runtime_directory_where_that_is_ours) {
  const Tree tree{};
  const char* const before = std::getenv("XDG_RUNTIME_DIR");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("XDG_RUNTIME_DIR", tree.root().c_str(), 1);
  EXPECT_EQ(default_state_path(), tree.root() + "/serverscore.state");
  ::setenv("XDG_RUNTIME_DIR", (tree.root() + "/absent").c_str(), 1);
  const std::string other = default_state_path();
  EXPECT_TRUE(other.empty() || other.starts_with("/run/")) << other;
  ::setenv("XDG_RUNTIME_DIR", "relative", 1);
  EXPECT_EQ(default_state_path(), other);
  before == nullptr ? ::unsetenv("XDG_RUNTIME_DIR") : ::setenv("XDG_RUNTIME_DIR", kept.c_str(), 1);
}

}  // namespace
}  // namespace serverscore
