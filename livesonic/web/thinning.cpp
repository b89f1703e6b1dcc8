// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/thinning.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

namespace livesonic::web {
namespace {

// Which of `steps` equal steps of the range the time lies in. Neither ten years in milliseconds
// nor their product with 10,000 steps comes near 2^63.
std::size_t step_of(Time at, storage::TimeRange range, std::size_t steps) {
  const std::int64_t length = std::max<std::int64_t>(1, (range.to - range.from).count());
  const std::int64_t offset = std::clamp<std::int64_t>((at - range.from).count(), 0, length - 1);
  return static_cast<std::size_t>(offset * static_cast<std::int64_t>(steps) / length);
}

// Of a stream only scores that differ are kept, and one each ten seconds: so a score counts for as
// long as it stood, but for no longer than that. Polled scores all count the same.
constexpr Duration kLongestStand = std::chrono::seconds{10};

// Calls `use(step, points)` for each step that has points.
template <typename Point, typename Use>
void for_each_step(const std::vector<Point>& points, storage::TimeRange range, std::size_t steps,
                   const Use& use) {
  std::size_t begin = 0;
  while (begin < points.size()) {
    const std::size_t step = step_of(points[begin].at, range, steps);
    std::size_t end = begin + 1;
    while (end < points.size() && step_of(points[end].at, range, steps) == step) ++end;
    use(step, std::span(points).subspan(begin, end - begin));
    begin = end;
  }
}

template <typename Point, typename Value>
double mean(std::span<const Point> points, Value Point::*value) {
  double sum = 0;
  for (const Point& point : points) sum += static_cast<double>(point.*value);
  return sum / static_cast<double>(points.size());
}

template <typename Point>
Time mean_time(std::span<const Point> points) {
  std::int64_t sum = 0;
  for (const Point& point : points) sum += (point.at - points.front().at).count();
  return points.front().at + Duration{sum / static_cast<std::int64_t>(points.size())};
}

int rounded(double value) {
  return static_cast<int>(std::lround(value));
}

// `points` may be followed by another one, which says how long the last one stood.
ScorePoint merged(std::span<const ScorePoint> points, const ScorePoint* following) {
  double sum = 0;
  double weights = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const ScorePoint* next = i + 1 < points.size() ? &points[i + 1] : following;
    // Of the last one of all it isn't known; the one before it stood about as long.
    const Duration stood = next != nullptr ? next->at - points[i].at
                           : i > 0         ? points[i].at - points[i - 1].at
                                           : kLongestStand;
    const auto weight = static_cast<double>(std::clamp(stood, Duration{1}, kLongestStand).count());
    sum += weight * points[i].score;
    weights += weight;
  }
  return {mean_time(points), rounded(sum / weights)};
}

ClusterPoint merged(std::span<const ClusterPoint> points, const ClusterPoint*) {
  ClusterPoint one = points.front();
  one.at = mean_time(points);
  one.mean = mean(points, &ClusterPoint::mean);
  one.spread = mean(points, &ClusterPoint::spread);
  one.count = rounded(mean(points, &ClusterPoint::count));
  one.members = rounded(mean(points, &ClusterPoint::members));
  for (const ClusterPoint& point : points) {
    one.min = std::min(one.min, point.min);
    one.max = std::max(one.max, point.max);
  }
  return one;
}

MetricPoint merged(std::span<const MetricPoint> points, const MetricPoint*) {
  // Divided before they are summed: the sum of the largest numbers would be none.
  double sum = 0;
  for (const MetricPoint& point : points) sum += point.value / static_cast<double>(points.size());
  return {mean_time(points), sum};
}

template <typename Point>
std::vector<Point> thinned(const std::vector<Point>& points, storage::TimeRange range,
                           std::size_t most) {
  if (points.size() <= most) return points;
  std::vector<Point> fewer;
  const Point* const end = points.data() + points.size();
  for_each_step(points, range, most, [&](std::size_t, std::span<const Point> step) {
    const Point* following = step.data() + step.size();
    fewer.push_back(merged(step, following == end ? nullptr : following));
  });
  return fewer;
}

}  // namespace

std::vector<ScorePoint> thin(const std::vector<ScorePoint>& points, storage::TimeRange range,
                             std::size_t most) {
  return thinned(points, range, most);
}

std::vector<ClusterPoint> thin(const std::vector<ClusterPoint>& points, storage::TimeRange range,
                               std::size_t most) {
  return thinned(points, range, most);
}

std::vector<MetricPoint> thin(const std::vector<MetricPoint>& points, storage::TimeRange range,
                              std::size_t most) {
  return thinned(points, range, most);
}

std::vector<std::optional<double>> trend(const std::vector<ClusterPoint>& points,
                                         storage::TimeRange range, std::size_t steps) {
  std::vector<std::optional<double>> means(steps);
  for_each_step(points, range, steps, [&](std::size_t step, std::span<const ClusterPoint> within) {
    means[step] = mean(within, &ClusterPoint::mean);
  });
  return means;
}

}  // namespace livesonic::web
