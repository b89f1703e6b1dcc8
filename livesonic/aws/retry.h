// SPDX-License-Identifier: Apache-2.0
// Whether, and after how long, a failed request is sent again: AWS's "standard" retry mode (AWS
// SDKs and Tools Reference Guide, "Retry behavior"). Pure, but for the quota that calls share.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string_view>

#include "livesonic/aws/http.h"
#include "livesonic/base/clock.h"

namespace livesonic::aws {

enum class RetryMode {
  kStandard,  // failed requests are repeated within a quota
  kAdaptive,  // and all requests are slowed down while AWS throttles (rate_limiter.h)
};

enum class Verdict {
  kFinal,      // sending it again would fail again
  kTransient,  // the network or AWS had a bad moment
  kTimeout,    // no answer in time: what was sent may yet be done
  kThrottled,  // AWS asks us to slow down
};

inline constexpr int kDefaultAttempts = 3;
inline constexpr Duration kMaxBackoff = std::chrono::seconds{20};

// What an answer with this status and AWS error code (empty when it names none) means. The codes
// are those of botocore's retries/standard.py and data/_retry.json.
Verdict judge(int status, std::string_view code);

// How long to wait after the failed attempt number `attempt` (1 is the first): a random part of
// 1 s, 2 s, 4 s, … up to kMaxBackoff, and never less than what the other side asks for.
// `random` is in [0, 1).
Duration backoff(int attempt, std::optional<Duration> retry_after, double random);

// How long the answer asks to wait: x-amz-retry-after in milliseconds, or Retry-After in seconds or
// as a date. Nonsense is nullopt.
std::optional<Duration> asked_to_wait(const HttpResponse& response, Time now);

// Keeps retries from multiplying the load on a service that is down: they take from a bucket that
// only successes refill. Thread-safe.
class RetryQuota {
 public:
  static constexpr int kCapacity = 500;
  static constexpr int kCost = 5;
  static constexpr int kTimeoutCost = 10;
  static constexpr int kSuccess = 1;  // for a call that needed no retry

  // What was taken; nullopt when there isn't enough left: the failure is to be reported now.
  std::optional<int> take_for_retry(Verdict verdict);
  // `taken` for the last retry of the call that succeeded, or kSuccess.
  void give_back(int taken);

 private:
  std::mutex mutex_;
  int left_ = kCapacity;
};

}  // namespace livesonic::aws
