// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/retry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace livesonic::aws {
namespace {

// A decimal number and nothing else.
std::optional<int> parse_count(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

}  // namespace

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
  constexpr std::array<std::string_view, 7> kTransient = {
      "IDPCommunicationError", "InternalError",  "InternalFailure",
      "InternalServerError",   "RequestTimeout", "RequestTimeoutException",
      "ServiceUnavailable",
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

std::optional<Duration> asked_to_wait(const HttpResponse& response, Time now) {
  if (const std::string* header = response.header("x-amz-retry-after")) {
    if (const auto number = parse_count(*header)) return Duration{*number};
  }
  const std::string* header = response.header("retry-after");
  if (header == nullptr) return std::nullopt;
  if (const auto number = parse_count(*header)) return std::chrono::seconds{*number};
  const std::optional<Time> date = parse_http_date(*header);
  if (!date) return std::nullopt;
  return std::max(*date - now, Duration::zero());
}

std::optional<int> RetryQuota::take_for_retry(Verdict verdict) {
  const int cost = verdict == Verdict::kTimeout ? kTimeoutCost : kCost;
  const std::lock_guard lock(mutex_);
  if (left_ < cost) return std::nullopt;
  left_ -= cost;
  return cost;
}

void RetryQuota::give_back(int taken) {
  const std::lock_guard lock(mutex_);
  left_ = std::min(kCapacity, left_ + taken);
}

}  // namespace livesonic::aws
