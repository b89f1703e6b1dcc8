// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/round.h"

#include <algorithm>
#include <cmath>

namespace livesonic {

std::optional<ClusterPoint> summarize(Time at, const std::vector<InstanceReadings>& readings) {
  std::vector<int> scores;
  for (const InstanceReadings& reading : readings) {
    if (reading.score.score) scores.push_back(*reading.score.score);
  }
  if (scores.empty()) return std::nullopt;

  double sum = 0;
  for (const int score : scores) sum += score;
  const double mean = sum / static_cast<double>(scores.size());
  double squares = 0;
  for (const int score : scores) squares += (score - mean) * (score - mean);

  ClusterPoint point;
  point.at = at;
  point.mean = mean;
  point.min = *std::min_element(scores.begin(), scores.end());
  point.max = *std::max_element(scores.begin(), scores.end());
  point.spread = std::sqrt(squares / static_cast<double>(scores.size()));
  point.count = static_cast<int>(scores.size());
  point.members = static_cast<int>(readings.size());
  return point;
}

}  // namespace livesonic
