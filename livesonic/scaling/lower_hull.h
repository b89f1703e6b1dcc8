// SPDX-License-Identifier: Apache-2.0
// Which of many sizes makes instances + λ · beyond least, for any λ: each is a corner of the lower
// convex hull of the points (instances, beyond), and as λ grows it moves along the hull.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace livesonic::scaling {

// Not thread-safe.
class LowerHull {
 public:
  // Holds the points that are added before it is cleared.
  explicit LowerHull(std::size_t most_points) : points_(most_points) {}

  void clear() { size_ = 0; }

  // From one point to the next the instances rise, and what is beyond them does not.
  void add(double instances, double beyond) {
    straighten();
    points_[size_] = {.instances = instances, .beyond = beyond};
    ++size_;
  }

  // There is less beyond the last point than was said.
  void lower(double beyond) { points_[size_ - 1].beyond = beyond; }

  // The instances that are best for each λ; they rise. At least one point was added.
  void best(std::span<const double> lambdas, std::span<float> instances) {
    straighten();
    std::size_t i = 0;
    for (std::size_t at = 0; at + 1 < size_; ++at) {
      const double wider = width(at);
      const double fewer = drop(at);
      const auto size = static_cast<float>(points_[at].instances);
      for (; i < lambdas.size() && wider >= lambdas[i] * fewer; ++i) instances[i] = size;
    }
    const auto most = static_cast<float>(points_[size_ - 1].instances);
    for (; i < lambdas.size(); ++i) instances[i] = most;
  }

 private:
  struct Point {
    double instances;
    double beyond;
  };

  // From a point to the next one.
  [[nodiscard]] double width(std::size_t at) const {
    return points_[at + 1].instances - points_[at].instances;
  }
  [[nodiscard]] double drop(std::size_t at) const {
    return points_[at].beyond - points_[at + 1].beyond;
  }

  // Takes out what lies above the line to the last point.
  void straighten() {
    while (size_ > 2 && drop(size_ - 3) * width(size_ - 2) <= drop(size_ - 2) * width(size_ - 3)) {
      points_[size_ - 2] = points_[size_ - 1];
      --size_;
    }
  }

  std::vector<Point> points_;
  std::size_t size_ = 0;
};

}  // namespace livesonic::scaling
