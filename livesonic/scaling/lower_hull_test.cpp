// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/lower_hull.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

namespace livesonic::scaling {
namespace {

constexpr std::array<double, 8> kLambdas{0.1, 0.3, 1, 2, 5, 20, 100, 1000};

std::array<float, kLambdas.size()> best(LowerHull& hull) {
  std::array<float, kLambdas.size()> instances{};
  hull.best(kLambdas, instances);
  return instances;
}

TEST(LowerHull, has_what_costs_least_whatever_its_points) {
  std::mt19937 generator(31);
  std::uniform_int_distribution<int> step(0, 3);
  std::uniform_real_distribution<double> share(0.3, 1);
  LowerHull hull(64);
  for (int round = 0; round < 500; ++round) {
    hull.clear();
    std::vector<std::array<double, 2>> points;
    double beyond = 50;
    for (int i = 0; i <= round % 64; ++i) {
      const int wider = step(generator);
      beyond *= share(generator);
      if (points.empty() || wider > 0) {
        points.push_back({points.empty() ? 1 : points.back()[0] + wider, beyond});
        hull.add(points.back()[0], beyond);
      } else {
        points.back()[1] = beyond;
        hull.lower(beyond);
      }
    }
    const auto found = best(hull);
    for (std::size_t i = 0; i < kLambdas.size(); ++i) {
      double least = 1e9;
      double of_found = 1e9;
      for (const auto& [instances, left] : points) {
        const double cost = instances + kLambdas[i] * left;
        least = std::min(least, cost);
        if (static_cast<float>(instances) == found[i]) of_found = cost;
      }
      ASSERT_NEAR(of_found, least, 1e-9 * least) << round << ", λ " << kLambdas[i];
    }
  }
}

TEST(LowerHull, a_point_alone_is_best_for_all) {
  LowerHull hull(1);
  hull.add(7, 3);
  for (const float instances : best(hull)) EXPECT_EQ(instances, 7);
}

TEST(LowerHull, begins_anew_when_cleared) {
  LowerHull hull(2);
  hull.add(1, 9);
  hull.add(2, 0);
  EXPECT_EQ(best(hull).back(), 2);
  hull.clear();
  hull.add(5, 1);
  for (const float instances : best(hull)) EXPECT_EQ(instances, 5);
}

}  // namespace
}  // namespace livesonic::scaling
