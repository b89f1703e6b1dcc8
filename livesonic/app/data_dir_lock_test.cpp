// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/data_dir_lock.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "livesonic/base/text.h"

namespace livesonic::app {
namespace {

using namespace std::chrono_literals;

class DataDirLockTest : public testing::Test {
 protected:
  ~DataDirLockTest() override { std::filesystem::remove_all(dir_.parent_path()); }
  std::filesystem::path dir_ =
      std::filesystem::temp_directory_path() / ("livesonic-" + random_id()) / "data";
};

TEST_F(DataDirLockTest, one_process_at_a_time_and_the_directory_is_private) {
  auto lock = DataDirLock::acquire(dir_, 0ms);
  ASSERT_TRUE(lock);
  struct stat status {};
  ASSERT_EQ(stat(dir_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  const auto second = DataDirLock::acquire(dir_, 0ms);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kConflict);
}

TEST_F(DataDirLockTest, who_stands_by_has_it_once_the_other_has_gone_or_gives_up) {
  std::optional first(DataDirLock::acquire(dir_, 0ms).value());
  int looks = 0;
  const auto stopped = DataDirLock::stand_by(dir_, [&] { return ++looks < 3; });
  ASSERT_TRUE(stopped);
  EXPECT_FALSE(*stopped);
  EXPECT_EQ(looks, 3);
  const auto second = DataDirLock::stand_by(dir_, [&] {
    first.reset();
    return true;
  });
  ASSERT_TRUE(second && *second);
  EXPECT_FALSE(DataDirLock::acquire(dir_, 0ms));
}

TEST_F(DataDirLockTest, tells_where_the_server_listens_while_it_runs) {
  EXPECT_EQ(announced_server(dir_), std::nullopt);
  {
    auto lock = DataDirLock::acquire(dir_, 0ms);
    ASSERT_TRUE(lock->announce("127.0.0.1:8460"));
    EXPECT_EQ(announced_server(dir_), "127.0.0.1:8460");
  }
  EXPECT_EQ(announced_server(dir_), std::nullopt);
}

TEST_F(DataDirLockTest, the_address_of_a_server_that_was_killed_is_not_believed) {
  { auto lock = DataDirLock::acquire(dir_, 0ms); }
  std::ofstream(dir_ / "livesonic.lock") << "127.0.0.1:8460";  // nobody holds the lock
  EXPECT_EQ(announced_server(dir_), std::nullopt);
}

TEST_F(DataDirLockTest, a_one_shot_command_is_no_server) {
  auto lock = DataDirLock::acquire(dir_, 0ms);
  ASSERT_TRUE(lock->announce(DataDirLock::kNowhere));
  EXPECT_EQ(announced_server(dir_), std::nullopt);
}

TEST_F(DataDirLockTest, a_directory_that_cannot_be_written_is_named) {
  const auto lock = DataDirLock::acquire("/proc/livesonic", 0ms);
  ASSERT_FALSE(lock);
  EXPECT_NE(lock.error().message.find("/proc/livesonic"), std::string::npos);
}

}  // namespace
}  // namespace livesonic::app
