// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/rate_limiter.h"

#include <gtest/gtest.h>

namespace livesonic::aws {
namespace {

using namespace std::chrono_literals;

// Ten requests a second from second 100 on, each answered at once.
struct Traffic {
  Time now{100s};
  RateLimiter limiter{now};

  void go_on_for(Duration time, bool throttled = false) {
    for (const Time end = now + time; now < end; now += 100ms) limiter.on_answer(throttled, now);
  }
};

TEST(RateLimiter, limits_nothing_until_something_is_throttled) {
  Traffic traffic;
  traffic.go_on_for(10s);
  EXPECT_FALSE(traffic.limiter.rate());
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(traffic.limiter.take(traffic.now), 0ms);
}

TEST(RateLimiter, falls_to_seven_tenths_of_what_was_measured_and_rises_again) {
  Traffic traffic;
  traffic.go_on_for(10s);
  traffic.limiter.on_answer(true, traffic.now);
  const double after = *traffic.limiter.rate();
  EXPECT_NEAR(after, 7.0, 0.7);
  traffic.go_on_for(2s);
  EXPECT_GT(*traffic.limiter.rate(), after);
  traffic.go_on_for(10s);
  EXPECT_NEAR(*traffic.limiter.rate(), 20.0, 1.0) << "at most twice what is measured";
}

TEST(RateLimiter, tells_how_long_to_wait_for_the_next_turn) {
  Traffic traffic;
  traffic.go_on_for(10s);
  traffic.limiter.on_answer(true, traffic.now);
  while (traffic.limiter.take(traffic.now) == 0ms) {
  }
  const Duration wait = traffic.limiter.take(traffic.now);
  EXPECT_GT(wait, 0ms);
  EXPECT_LE(wait, 200ms);
  EXPECT_EQ(traffic.limiter.take(traffic.now + wait), 0ms);
  EXPECT_GT(traffic.limiter.take(traffic.now + wait), 0ms);
}

TEST(RateLimiter, never_falls_below_a_request_in_two_seconds) {
  Traffic traffic;
  traffic.go_on_for(1min, true);
  traffic.now += 1min;
  for (int i = 0; i < 100; ++i) traffic.limiter.on_answer(true, traffic.now);
  EXPECT_GE(*traffic.limiter.rate(), 0.5);
}

TEST(RateLimiter, lives_with_a_clock_that_is_set_back) {
  Traffic traffic;
  traffic.go_on_for(10s);
  traffic.limiter.on_answer(true, traffic.now);
  traffic.now -= 1h;
  for (int i = 0; i < 20; ++i) traffic.now += traffic.limiter.take(traffic.now);
  traffic.go_on_for(1s);
  EXPECT_LE(traffic.limiter.take(traffic.now), 2s);
}

}  // namespace
}  // namespace livesonic::aws
