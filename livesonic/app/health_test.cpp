// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/health.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "livesonic/base/text.h"

namespace livesonic::app {
namespace {

using namespace std::chrono_literals;

class HealthTest : public testing::Test {
 protected:
  HealthTest()
      : dir_(std::filesystem::temp_directory_path() / ("livesonic-" + random_id())),
        store_(storage::open_sqlite(dir_).value()),
        health_(*store_, clock_, 60s) {}
  ~HealthTest() override {
    store_.reset();
    std::filesystem::remove_all(dir_);
  }
  void add(const std::string& name) {
    Cluster cluster;
    cluster.name = name;
    ASSERT_TRUE(store_->put_cluster(cluster));
  }

  FakeClock clock_{Time{1'770'000'000s}};
  std::filesystem::path dir_;
  std::unique_ptr<storage::Store> store_;
  Health health_;
  const Health::At start_{1000s};
};

TEST_F(HealthTest, with_nothing_to_watch_all_is_well) {
  EXPECT_TRUE(health_.check(start_));
  EXPECT_TRUE(health_.check(start_ + 24h));
}

TEST_F(HealthTest, a_cluster_without_rounds_is_trouble_after_three_intervals_and_some) {
  add("web");
  EXPECT_TRUE(health_.check(start_));
  EXPECT_TRUE(health_.check(start_ + 5min));
  EXPECT_EQ(health_.check(start_ + 5min + 1s).error().message,
            "no round of web was completed for 5m 1s");
  health_.round_finished("web", start_ + 6min);
  EXPECT_TRUE(health_.check(start_ + 7min));
}

TEST_F(HealthTest, a_cluster_that_is_removed_is_not_waited_for) {
  add("web");
  EXPECT_TRUE(health_.check(start_));
  ASSERT_TRUE(store_->remove_cluster("web", clock_.now(), "removed"));
  EXPECT_TRUE(health_.check(start_ + 1h));
}

}  // namespace
}  // namespace livesonic::app
