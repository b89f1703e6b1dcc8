// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/pace.h"

#include <gtest/gtest.h>

namespace livesonic::discovery {
namespace {

using namespace std::chrono_literals;

constexpr Time kNow{1'000'000s};

TEST(Pace, is_every_interval_as_long_as_aws_answers) {
  Pace pace(60s);
  pace.answered(kNow);
  EXPECT_FALSE(pace.holds_back(kNow, kNow + 1s));
}

TEST(Pace, is_slower_the_longer_aws_throttles_up_to_an_eighth) {
  Pace pace(60s);
  pace.throttled(kNow);
  EXPECT_TRUE(pace.holds_back(kNow, kNow + 63s));
  EXPECT_FALSE(pace.holds_back(kNow, kNow + 117s));
  Time now = kNow;
  for (int factor : {4, 8, 8}) {
    now += 8min;
    pace.throttled(now);
    EXPECT_EQ(pace.factor(), factor);
  }
  EXPECT_TRUE(pace.holds_back(now, now + 7min));
  EXPECT_FALSE(pace.holds_back(now, now + 8min));
}

TEST(Pace, takes_one_step_for_a_throttle_that_all_clusters_run_into) {
  Pace pace(60s);
  for (int cluster = 0; cluster < 50; ++cluster) pace.throttled(kNow + 1s * cluster);
  EXPECT_EQ(pace.factor(), 2);
}

TEST(Pace, becomes_what_it_was_step_by_step) {
  Pace pace(60s);
  pace.throttled(kNow);
  pace.throttled(kNow + 2min);
  EXPECT_EQ(pace.factor(), 4);
  pace.answered(kNow + 3min);  // another cluster's look went well, a moment after
  EXPECT_EQ(pace.factor(), 4);
  pace.answered(kNow + 6min);
  EXPECT_EQ(pace.factor(), 2);
  pace.answered(kNow + 8min);
  EXPECT_EQ(pace.factor(), 1);
}

TEST(Pace, a_clock_that_is_set_back_holds_nobody_back) {
  Pace pace(60s);
  pace.throttled(kNow);
  EXPECT_FALSE(pace.holds_back(kNow, kNow - 1h));
}

TEST(Allowance, is_so_many_calls_in_each_interval) {
  Allowance allowance(60s);
  int made = 0;
  for (int second = 0; second < 600; ++second) {
    for (int i = 0; i < 5; ++i) made += allowance.take(1, 30, kNow + 1s * second) ? 1 : 0;
  }
  EXPECT_NEAR(made, 330, 2);  // the first interval's at once
}

TEST(Allowance, who_takes_more_than_is_left_makes_the_others_wait) {
  Allowance allowance(60s);
  EXPECT_TRUE(allowance.take(6, 2, kNow));
  EXPECT_FALSE(allowance.take(6, 2, kNow + 60s));
  EXPECT_FALSE(allowance.take(6, 2, kNow + 119s));
  EXPECT_TRUE(allowance.take(6, 2, kNow + 125s));
}

TEST(Allowance, does_not_make_up_for_what_was_not_taken) {
  Allowance allowance(60s);
  EXPECT_TRUE(allowance.take(1, 3, kNow));
  int made = 0;
  for (int i = 0; i < 10; ++i) made += allowance.take(1, 3, kNow + 1h) ? 1 : 0;
  EXPECT_EQ(made, 3);
}

}  // namespace
}  // namespace livesonic::discovery
