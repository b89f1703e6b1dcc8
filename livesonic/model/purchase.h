// SPDX-License-Identifier: Apache-2.0
// What kind of instance is bought: on which market, of which type, in which zone. Plain value.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "livesonic/base/result.h"
#include "livesonic/model/instance.h"

namespace livesonic {

struct Purchase {
  Lifecycle lifecycle = Lifecycle::kOnDemand;  // on-demand or spot
  std::string type;                            // "c6i.large"
  std::string zone;                            // "ap-northeast-1a"
  std::optional<double> max_price = {};        // USD an hour, of a spot instance
  friend bool operator==(const Purchase&, const Purchase&) = default;
};

// "spot:c6i.large:ap-northeast-1a", with "@0.04" behind it where there is a cap.
std::string to_string(const Purchase& purchase);
// kInvalidInput for anything else than what to_string() gives.
Result<Purchase> parse_purchase(std::string_view text);

// Instances that livesonic launches bear these: the name of their cluster, and the id of the action
// that launched them. What doesn't bear the first is never ended by scaling.
inline constexpr const char* kClusterTag = "livesonic:cluster";
inline constexpr const char* kLaunchTag = "livesonic:launch";
// The tag that keeps an instance from everything that would take it away, unless it is "false".
inline constexpr const char* kProtectTag = "livesonic:protect";
bool is_protected(const std::map<std::string, std::string>& tags);

}  // namespace livesonic
