// SPDX-License-Identifier: Apache-2.0
// What all calls of one service, by one account in one region, share, whichever client makes them.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

#include "livesonic/aws/rate_limiter.h"
#include "livesonic/aws/retry.h"
#include "livesonic/base/clock.h"

namespace livesonic::aws {

// Thread-safe.
struct ServiceState {
  explicit ServiceState(Time now) : limiter(now) {}
  RetryQuota quota;
  RateLimiter limiter;
  // AWS's clock minus ours, once AWS has refused a request for its time.
  std::atomic<Duration> skew{Duration::zero()};
};

// Thread-safe. Owns the states, which stay where they are.
class ServiceStates {
 public:
  // Made at `now` when it is first asked for.
  ServiceState& of(std::string_view account, std::string_view region, std::string_view service,
                   Time now) {
    const std::lock_guard lock(mutex_);
    return states_
        .try_emplace({std::string(account), std::string(region), std::string(service)}, now)
        .first->second;
  }

 private:
  std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, std::string>, ServiceState> states_;
};

}  // namespace livesonic::aws
