// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/lane.h"

#include <algorithm>

namespace livesonic::notify {

Duration retry_delay(int failed_attempts, double jitter) {
  constexpr Duration kFirst = std::chrono::seconds{1};
  constexpr Duration kLongest = std::chrono::minutes{5};
  const int doublings = std::clamp(failed_attempts - 1, 0, 16);
  const Duration whole = std::min(kFirst * (1 << doublings), kLongest);
  return std::chrono::duration_cast<Duration>(whole * std::clamp(jitter, 0.5, 1.0));
}

storage::Deliveries::Failure judge_refusal(const Delivery& delivery, const Refusal& refusal,
                                           const Policy& policy, Time now, double jitter) {
  storage::Deliveries::Failure failure;
  failure.at = now;
  failure.error = refusal.why;
  failure.refused = refusal.permanent;
  failure.next_attempt_at =
      now + std::max(retry_delay(delivery.attempts + 1, jitter), refusal.retry_after);
  const Time since = delivery.retried_at.value_or(delivery.created_at);
  failure.dead = (refusal.permanent && delivery.refusals + 1 >= policy.refusals) ||
                 now - since >= policy.give_up_after;
  return failure;
}

}  // namespace livesonic::notify
