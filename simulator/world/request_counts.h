// SPDX-License-Identifier: Apache-2.0
// How many requests balancers get: as busy as the hosts behind them are, or what was imposed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::simulator {

class World;
struct Instance;

struct RequestRate {
  Time since{};
  double per_minute = 0;
};

struct RequestStore {
  // By a classic balancer's name or a target group's ARN; in the order of time.
  std::map<std::string, std::vector<RequestRate>> imposed;
};

// What a host gets in a minute when it is as busy as it ever gets by itself.
inline constexpr double kRequestsOfBusyHost = 600;

// From `since` on, which may be in the past, so many come. kNotFound where there is neither a
// classic balancer nor a target group of that name.
Result<void> impose_requests(World& world, const std::string& resource, RequestRate rate);

// Those that stand behind it, by a classic balancer's name or a target group's ARN.
std::vector<const Instance*> hosts_behind(const World& world, const std::string& resource,
                                          Time now);

// What comes to one of them, through all times.
struct RequestCurve {
  std::vector<RequestRate> imposed;
  std::vector<const Instance*> hosts;  // as busy as these before anything was imposed

  // In the minute that begins then, up to `now`.
  [[nodiscard]] double in(Time minute, Time now) const;
};
RequestCurve request_curve(const World& world, const std::string& resource, Time now);

}  // namespace livesonic::simulator
