// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/retry.h"

#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"

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

TEST(Retry, reads_what_an_answer_asks_to_wait) {
  const Time now = *parse_iso8601("1999-12-31T23:59:00Z");
  const auto asked = [&](const char* name, const char* value) {
    return asked_to_wait({.status = 503, .headers = {{name, value}}, .body = {}}, now);
  };
  EXPECT_EQ(asked("Retry-After", "120"), Duration{120s});
  EXPECT_EQ(asked("Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT"), Duration{59s});
  EXPECT_EQ(asked("Retry-After", "Fri, 31 Dec 1999 23:58:00 GMT"), Duration{0s});
  EXPECT_EQ(asked("x-amz-retry-after", "1500"), Duration{1500ms});
  for (const char* text : {"", "-1", "1.5", "soon", "99999999999"}) {
    EXPECT_FALSE(asked("Retry-After", text)) << text;
    EXPECT_FALSE(asked("x-amz-retry-after", text)) << text;
  }
}

TEST(RetryQuota, runs_out_and_comes_back_with_successes) {
  RetryQuota quota;
  int taken = 0;
  while (quota.take_for_retry(Verdict::kTransient)) ++taken;
  EXPECT_EQ(taken, 100);
  quota.give_back(RetryQuota::kCost);
  EXPECT_EQ(quota.take_for_retry(Verdict::kThrottled), RetryQuota::kCost);
  for (int i = 0; i < 4; ++i) quota.give_back(RetryQuota::kSuccess);
  EXPECT_FALSE(quota.take_for_retry(Verdict::kTransient));
  quota.give_back(RetryQuota::kSuccess);
  EXPECT_TRUE(quota.take_for_retry(Verdict::kTransient));
}

TEST(RetryQuota, counts_a_timeout_twice) {
  RetryQuota quota;
  int taken = 0;
  while (quota.take_for_retry(Verdict::kTimeout)) ++taken;
  EXPECT_EQ(taken, 50);
}

}  // namespace
}  // namespace livesonic::aws
