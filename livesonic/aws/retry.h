// SPDX-License-Identifier: Apache-2.0
// Whether, and after how long, a failed request is sent again: AWS's "standard" retry mode (AWS
// SDKs and Tools Reference Guide, "Retry behavior").
#pragma once

#include <mutex>
#include <optional>
#include <string_view>

#include "livesonic/base/clock.h"

namespace livesonic::aws {

enum class Verdict {
  kFinal,      // sending it again would fail again
  kTransient,  // the network or AWS had a bad moment
  kThrottled,  // AWS asks us to slow down
};

inline constexpr int kMaxAttempts = 4;
inline constexpr Duration kMaxBackoff = std::chrono::seconds{20};

// What an answer with this status and AWS error code (empty when it names none) means.
Verdict judge(int status, std::string_view code);

// How long to wait after the failed attempt number `attempt` (1 is the first): a random part of
// 1 s, 2 s, 4 s, … up to kMaxBackoff, and never less than what the other side asks for.
// `random` is in [0, 1).
Duration backoff(int attempt, std::optional<Duration> retry_after, double random);

// "120" of a Retry-After header; dates and nonsense are nullopt.
std::optional<Duration> parse_retry_after(std::string_view text);

// Keeps retries from multiplying the load on a service that is down: they take from a bucket that
// only successes refill. Thread-safe.
class RetryTokens {
 public:
  // False when there are not enough left: the failure is to be reported now.
  bool take_for_retry();
  void give_back_for_success(bool was_retried);

 private:
  static constexpr int kCapacity = 500;
  static constexpr int kRetryCost = 5;
  std::mutex mutex_;
  int left_ = kCapacity;
};

}  // namespace livesonic::aws
