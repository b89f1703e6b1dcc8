// SPDX-License-Identifier: Apache-2.0
// A number that a check brought besides its verdict, such as a Nagios plugin's perfdata. Plain
// values.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"

namespace livesonic {

// Of one service on one instance; what is beyond is left out.
constexpr std::size_t kMostMetrics = 64;
constexpr std::size_t kLongestLabel = 128;  // bytes

struct Metric {
  std::string label;
  double value = 0;                          // finite
  std::string unit = {};                     // "s", "%", "B", "c" for a counter, …; may be empty
  std::string warning = {};                  // the range, see alert_range.h; empty: none
  std::string critical = {};                 // likewise
  std::optional<double> min = std::nullopt;  // what the value can be at least
  std::optional<double> max = std::nullopt;
  friend bool operator==(const Metric&, const Metric&) = default;
};

struct MetricPoint {
  Time at{};
  double value = 0;
  friend bool operator==(const MetricPoint&, const MetricPoint&) = default;
};

// One metric over time. `metric` is as it was described last, its value that of the last point.
struct MetricSeries {
  Metric metric;
  std::vector<MetricPoint> points;  // in order of time
  friend bool operator==(const MetricSeries&, const MetricSeries&) = default;
};

}  // namespace livesonic
