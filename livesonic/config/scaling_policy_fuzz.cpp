// SPDX-License-Identifier: Apache-2.0
// Any bytes are a scaling policy within its bounds or an error, never a crash.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "livesonic/config/config.h"

namespace {

using namespace std::chrono_literals;

bool within(double value, double least, double most) {
  return value >= least && value <= most;
}

bool within(const std::optional<double>& value, double least, double most) {
  return !value || within(*value, least, most);
}

bool sound(const livesonic::ScalingPolicy& policy) {
  if (policy.min < 0 || policy.max < policy.min || policy.max > 10'000) return false;
  for (const livesonic::TimetableEntry& entry : policy.timetable) {
    if (entry.min && !within(*entry.min, 0, 10'000)) return false;
    if (entry.max && !within(*entry.max, entry.min.value_or(0), 10'000)) return false;
    if (!within(entry.target_score, 1, 99) || !within(entry.spot_max_price, 1e-4, 1e6) ||
        !within(entry.spot_max_price_percent, 1, 90)) {
      return false;
    }
  }
  return within(policy.requests_per_instance, 1e-6, 1e12) && within(policy.target_score, 1, 99) &&
         within(policy.slow_at_most, 0.99e-4, 0.5001) && policy.warmup >= 0s &&
         policy.warmup <= 1h && within(policy.on_demand.base, 0, 10'000) &&
         within(policy.on_demand.percent, 0, 100) && within(policy.spot.max_price, 1e-4, 1e6) &&
         within(policy.spot.max_price_percent, 1, 90) &&
         within(policy.spot.pools_at_least, 1, 100) &&
         within(policy.spot.pool_share_at_most, 0.0099, 1) && policy.spot.wait >= 0s &&
         policy.spot.wait <= 24h && within(policy.budget.per_hour, 1e-4, 1e6) &&
         within(policy.budget.per_month, 1e-4, 1e6) && policy.scale_in.stable >= 0s &&
         policy.scale_in.stable <= 24h && within(policy.scale_in.at_most, 0.0099, 1) &&
         policy.scale_in.drain >= 0s && policy.scale_in.drain <= 1h;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto policy = livesonic::config::parse_scaling_policy(
      {reinterpret_cast<const char*>(data), size}, "fuzz.yaml",
      [](const std::string&) -> std::optional<std::string> { return std::nullopt; });
  if (policy ? !sound(*policy) : policy.error().message.empty()) std::abort();
  return 0;
}
