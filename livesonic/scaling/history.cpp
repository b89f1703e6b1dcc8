// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/history.h"

#include <algorithm>

namespace livesonic::scaling {

using namespace std::chrono_literals;

double load_of(double score, double target_score) {
  return std::max(0.0, 1 - score / 100) / std::max(0.01, 1 - target_score / 100);
}

Trace trace_of(const std::vector<ClusterPoint>& points, double target_score) {
  Trace trace;
  trace.step = 1min;
  if (points.empty()) return trace;
  trace.begin = std::chrono::floor<std::chrono::minutes>(points.front().at);
  const Time end = points.back().at;
  std::size_t next = 0;
  double load = 0;
  for (Time minute = trace.begin; minute <= end; minute += 1min) {
    for (; next < points.size() && points[next].at < minute + 1min; ++next) {
      load = points[next].members * load_of(points[next].mean, target_score);
    }
    trace.load.push_back(load);
  }
  return trace;
}

}  // namespace livesonic::scaling
