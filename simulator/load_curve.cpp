// SPDX-License-Identifier: Apache-2.0
#include "simulator/load_curve.h"

#include <algorithm>
#include <cmath>

#include "simulator/random.h"

namespace livesonic::simulator {
namespace {

constexpr double kHourMs = 3'600'000.0;

// A hump of height 1 around `centre`, in hours; the day wraps around at midnight.
double hump(double hour, double centre, double width) {
  double distance = std::abs(hour - centre);
  distance = std::min(distance, 24.0 - distance);
  return std::exp(-distance * distance / (2 * width * width));
}

// Smooth noise in [-1, 1]: random values a cell apart with an ease between them.
double noise(std::uint64_t seed, Time at, Duration cell) {
  const auto ms = at.time_since_epoch().count();
  const auto index = ms / cell.count();
  const double within = static_cast<double>(ms % cell.count()) / static_cast<double>(cell.count());
  const double ease = within * within * (3 - 2 * within);
  const double from = unit(mix(seed, static_cast<std::uint64_t>(index)));
  const double to = unit(mix(seed, static_cast<std::uint64_t>(index + 1)));
  return 2 * (from + (to - from) * ease) - 1;
}

double by_day(LoadShape shape, double hour, bool weekend) {
  if (shape == LoadShape::kNightly) {
    const double minute_of_hour = (hour - std::floor(hour)) * 60;
    const double burst = minute_of_hour < 8 ? 0.25 : 0.0;
    return 0.1 + 0.7 * hump(hour, 2.5, 1.4) + burst;
  }
  const double day = 0.12 + 0.6 * hump(hour, 10.8, 1.7) + 0.55 * hump(hour, 15.5, 2.0) +
                     0.3 * hump(hour, 21.0, 1.5);
  return weekend ? 0.12 + (day - 0.12) * 0.4 : day;
}

}  // namespace

double load_at(const LoadCurve& curve, Time at) {
  const Time local = at + curve.utc_offset;
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const double hour = static_cast<double>((local - day).count()) / kHourMs;
  const std::chrono::weekday weekday{day};
  const bool weekend = weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;

  const double own_level = 0.9 + 0.2 * unit(mix(curve.seed, "level"));
  const double slow = 0.07 * noise(mix(curve.seed, "slow"), at, std::chrono::minutes{11});
  const double quick = 0.035 * noise(mix(curve.seed, "quick"), at, std::chrono::seconds{47});
  return std::clamp(by_day(curve.shape, hour, weekend) * own_level + slow + quick, 0.0, 1.0);
}

int score_at(const LoadCurve& curve, Time at) {
  return static_cast<int>(std::lround(100.0 - 55.0 * load_at(curve, at)));
}

}  // namespace livesonic::simulator
