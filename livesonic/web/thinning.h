// SPDX-License-Identifier: Apache-2.0
// Fewer points that tell the same story, for charts. Pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "livesonic/model/history.h"
#include "livesonic/model/metric.h"
#include "livesonic/storage/history.h"

namespace livesonic::web {

// At most `most` points (at least 1): the range is cut into that many equal steps, and the points
// within a step become one, at their mean time. Fewer points than that stay as they are.
// A score counts for as long as it stood, ten seconds at most. `points` are in order of time and
// within `range`, which is not empty.
std::vector<ScorePoint> thin(const std::vector<ScorePoint>& points, storage::TimeRange range,
                             std::size_t most);
// Likewise: the mean of means, spreads and counts, the least minimum and the greatest maximum.
std::vector<ClusterPoint> thin(const std::vector<ClusterPoint>& points, storage::TimeRange range,
                               std::size_t most);
// Likewise: the mean of the values.
std::vector<MetricPoint> thin(const std::vector<MetricPoint>& points, storage::TimeRange range,
                              std::size_t most);

// The mean of the points' means in each of `steps` equal steps; nullopt where there are no points.
std::vector<std::optional<double>> trend(const std::vector<ClusterPoint>& points,
                                         storage::TimeRange range, std::size_t steps);

}  // namespace livesonic::web
