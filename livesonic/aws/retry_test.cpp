// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/retry.h"

#include <gtest/gtest.h>

namespace livesonic::aws {
namespace {

using namespace std::chrono_literals;

TEST(Retry, tells_throttling_from_bad_moments_and_from_refusals) {
  EXPECT_EQ(judge(400, "Throttling"), Verdict::kThrottled);
  EXPECT_EQ(judge(503, "RequestLimitExceeded"), Verdict::kThrottled);
  EXPECT_EQ(judge(503, "SlowDown"), Verdict::kThrottled);
  EXPECT_EQ(judge(429, ""), Verdict::kThrottled);
  EXPECT_EQ(judge(500, "InternalError"), Verdict::kTransient);
  EXPECT_EQ(judge(503, ""), Verdict::kTransient);
  EXPECT_EQ(judge(400, "RequestTimeout"), Verdict::kTransient);
  EXPECT_EQ(judge(400, "ValidationError"), Verdict::kFinal);
  EXPECT_EQ(judge(403, "AccessDenied"), Verdict::kFinal);
  EXPECT_EQ(judge(301, ""), Verdict::kFinal);
}

TEST(Retry, waits_a_random_part_of_a_doubling_time_up_to_a_limit) {
  EXPECT_EQ(backoff(1, {}, 0.0), 0ms);
  EXPECT_EQ(backoff(1, {}, 0.5), 500ms);
  EXPECT_EQ(backoff(3, {}, 0.5), 2s);
  EXPECT_EQ(backoff(60, {}, 1.0), kMaxBackoff);
}

TEST(Retry, never_waits_less_than_it_is_asked_to) {
  EXPECT_EQ(backoff(1, 30s, 0.0), 30s);
  EXPECT_EQ(backoff(3, 1s, 0.5), 2s);
}

TEST(Retry, reads_only_seconds) {
  EXPECT_EQ(parse_retry_after("120"), Duration{120s});
  for (const char* text : {"", "-1", "1.5", "Fri, 31 Dec 1999 23:59:59 GMT", "99999999999"}) {
    EXPECT_FALSE(parse_retry_after(text)) << text;
  }
}

TEST(RetryTokens, run_out_and_come_back_with_successes) {
  RetryTokens tokens;
  int taken = 0;
  while (tokens.take_for_retry()) ++taken;
  EXPECT_EQ(taken, 100);
  tokens.give_back_for_success(true);
  EXPECT_TRUE(tokens.take_for_retry());
  for (int i = 0; i < 4; ++i) tokens.give_back_for_success(false);
  EXPECT_FALSE(tokens.take_for_retry());
  tokens.give_back_for_success(false);
  EXPECT_TRUE(tokens.take_for_retry());
}

}  // namespace
}  // namespace livesonic::aws
