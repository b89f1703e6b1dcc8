// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/lane.h"

#include <gtest/gtest.h>

namespace livesonic::notify {
namespace {

using namespace std::chrono_literals;

const Time kCreated{1'770'000'000s};

Delivery a_delivery(int attempts, int refusals) {
  Delivery delivery;
  delivery.created_at = kCreated;
  delivery.attempts = attempts;
  delivery.refusals = refusals;
  return delivery;
}

TEST(JudgeRefusal, what_may_pass_is_tried_until_it_is_too_old) {
  const Refusal busy{"HTTP 503", false, {}};
  const auto young = judge_refusal(a_delivery(100, 0), busy, {}, kCreated + 23h, 1.0);
  EXPECT_FALSE(young.dead);
  EXPECT_FALSE(young.refused);
  EXPECT_EQ(young.next_attempt_at, kCreated + 23h + 5min);
  EXPECT_EQ(young.error, "HTTP 503");
  EXPECT_TRUE(judge_refusal(a_delivery(100, 0), busy, {}, kCreated + 24h, 1.0).dead);
}

TEST(JudgeRefusal, what_is_refused_for_good_is_given_up_after_some_attempts) {
  const Refusal gone{"HTTP 404", true, {}};
  EXPECT_FALSE(judge_refusal(a_delivery(6, 6), gone, {}, kCreated, 1.0).dead);
  EXPECT_TRUE(judge_refusal(a_delivery(7, 7), gone, {}, kCreated, 1.0).dead);
  EXPECT_FALSE(judge_refusal(a_delivery(7, 0), gone, {}, kCreated, 1.0).dead);
}

TEST(JudgeRefusal, time_counts_from_the_retry_of_what_was_dead) {
  Delivery retried = a_delivery(10, 0);
  retried.retried_at = kCreated + 48h;
  EXPECT_FALSE(judge_refusal(retried, {"x", false, {}}, {}, kCreated + 49h, 1.0).dead);
  EXPECT_TRUE(judge_refusal(retried, {"x", false, {}}, {}, kCreated + 72h, 1.0).dead);
}

TEST(JudgeRefusal, the_other_sides_wish_to_wait_is_granted) {
  const Refusal busy{"HTTP 429", false, 30s};
  EXPECT_EQ(judge_refusal(a_delivery(0, 0), busy, {}, kCreated, 0.5).next_attempt_at,
            kCreated + 30s);
  EXPECT_EQ(judge_refusal(a_delivery(20, 0), busy, {}, kCreated, 1.0).next_attempt_at,
            kCreated + 5min);
}

TEST(Pace, lets_a_burst_go_and_then_one_after_the_other) {
  Pace pace({3, 30s});
  Pace::At now{1000s};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(pace.next(now), now);
    pace.take(now);
  }
  EXPECT_EQ(pace.next(now), now + 10s);
  now += 10s;
  EXPECT_EQ(pace.next(now), now);
  pace.take(now);
  EXPECT_EQ(pace.next(now + 4s), now + 10s);
  now += 10min;
  for (int i = 0; i < 3; ++i) pace.take(now);
  EXPECT_GT(pace.next(now), now) << "what was not used is not saved up for ever";
}

TEST(Pace, without_a_limit_everything_goes_at_once) {
  Pace pace({0, 1min});
  const Pace::At now{1000s};
  for (int i = 0; i < 1000; ++i) pace.take(now);
  EXPECT_EQ(pace.next(now), now);
}

}  // namespace
}  // namespace livesonic::notify
