// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/request_counts.h"

#include <gtest/gtest.h>

#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

using namespace std::chrono_literals;

constexpr Time kNoon{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + 12h};

class RequestCountsTest : public testing::Test {
 protected:
  RequestCountsTest() {
    EXPECT_TRUE(world.add_balancer("web", kNoon - 24h));
    EXPECT_TRUE(world.launch("web", 4, {}, kNoon - 24h));
  }
  [[nodiscard]] double in(Time minute, Time now = kNoon) const {
    return request_curve(world, "web", now).in(minute, now);
  }
  World world{7, "ap-northeast-1", 9h, Pace{}};
};

TEST_F(RequestCountsTest, follow_the_hosts_load) {
  EXPECT_GT(in(kNoon - 10min), 0);
  EXPECT_LT(in(kNoon - 10min), 4 * kRequestsOfBusyHost);
  EXPECT_EQ(in(kNoon - 10min), in(kNoon - 10min));
  EXPECT_EQ(in(kNoon - 25h), 0);  // before there was a host
  EXPECT_LT(in(kNoon - 10min, kNoon - 10min + 15s), in(kNoon - 10min));
}

TEST_F(RequestCountsTest, are_what_was_imposed_from_then_on) {
  ASSERT_TRUE(impose_requests(world, "web", {kNoon - 10min - 30s, 600}));
  ASSERT_TRUE(impose_requests(world, "web", {kNoon - 5min - 30s, 60}));
  EXPECT_EQ(in(kNoon - 9min), 600);
  EXPECT_EQ(in(kNoon - 6min), 330);  // half of each
  EXPECT_EQ(in(kNoon - 3min), 60);
  EXPECT_EQ(in(kNoon - 1min, kNoon - 30s), 30);
  // What is told of an earlier time takes the place of what was told of later ones.
  ASSERT_TRUE(impose_requests(world, "web", {kNoon - 20min, 1200}));
  EXPECT_EQ(in(kNoon - 3min), 1200);
}

TEST_F(RequestCountsTest, of_what_is_not_there_cannot_be_imposed) {
  EXPECT_EQ(impose_requests(world, "none", {kNoon, 1}).error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace livesonic::simulator
