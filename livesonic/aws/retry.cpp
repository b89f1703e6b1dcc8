// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/retry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace livesonic::aws {

Verdict judge(int status, std::string_view code) {
  constexpr std::array<std::string_view, 15> kThrottling = {
      "BandwidthLimitExceeded",
      "EC2ThrottledException",
      "LimitExceededException",
      "PriorRequestNotComplete",
      "ProvisionedThroughputExceededException",
      "RequestLimitExceeded",
      "RequestThrottled",
      "RequestThrottledException",
      "SlowDown",
      "ThrottledException",
      "Throttling",
      "ThrottlingException",
      "TooManyRequestsException",
      "TooManyRequests",
      "TransactionInProgressException",
  };
  constexpr std::array<std::string_view, 5> kTransient = {
      "InternalError",           "InternalFailure",    "RequestTimeout",
      "RequestTimeoutException", "ServiceUnavailable",
  };
  if (status == 429 || std::ranges::find(kThrottling, code) != kThrottling.end()) {
    return Verdict::kThrottled;
  }
  if (status >= 500 || status == 408 || std::ranges::find(kTransient, code) != kTransient.end()) {
    return Verdict::kTransient;
  }
  return Verdict::kFinal;
}

Duration backoff(int attempt, std::optional<Duration> retry_after, double random) {
  const double ceiling = std::min(static_cast<double>(kMaxBackoff.count()),
                                  1000.0 * std::exp2(std::clamp(attempt - 1, 0, 16)));
  const Duration wait(static_cast<Duration::rep>(ceiling * std::clamp(random, 0.0, 1.0)));
  return std::max(wait, retry_after.value_or(Duration::zero()));
}

std::optional<Duration> parse_retry_after(std::string_view text) {
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size() || seconds < 0) return std::nullopt;
  return std::chrono::seconds{seconds};
}

bool RetryTokens::take_for_retry() {
  const std::lock_guard lock(mutex_);
  if (left_ < kRetryCost) return false;
  left_ -= kRetryCost;
  return true;
}

void RetryTokens::give_back_for_success(bool was_retried) {
  const std::lock_guard lock(mutex_);
  left_ = std::min(kCapacity, left_ + (was_retried ? kRetryCost : 1));
}

}  // namespace livesonic::aws
