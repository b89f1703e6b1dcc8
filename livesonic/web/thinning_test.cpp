// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/thinning.h"

#include <gtest/gtest.h>

#include <chrono>

namespace livesonic::web {
namespace {

using namespace std::chrono_literals;

const Time kStart{Duration{1'700'000'000'000}};

TEST(Thinning, leaves_few_points_as_they_are) {
  const std::vector<ScorePoint> points{{kStart, 5}, {kStart + 1s, 6}};
  EXPECT_EQ(thin(points, {kStart, kStart + 1h}, 2), points);
  EXPECT_TRUE(thin(std::vector<ScorePoint>{}, {kStart, kStart + 1h}, 2).empty());
}

TEST(Thinning, averages_scores_within_equal_steps) {
  std::vector<ScorePoint> points;
  for (int i = 0; i < 10; ++i) points.push_back({kStart + i * 1s, 10 * (i + 1)});
  EXPECT_EQ(thin(points, {kStart, kStart + 10s}, 2),
            (std::vector<ScorePoint>{{kStart + 2s, 30}, {kStart + 7s, 80}}));
}

TEST(Thinning, leaves_gaps_where_there_was_nothing) {
  const std::vector<ScorePoint> points{{kStart, 10}, {kStart + 10s, 20}, {kStart + 99s, 70}};
  EXPECT_EQ(thin(points, {kStart, kStart + 100s}, 2),
            (std::vector<ScorePoint>{{kStart + 5s, 15}, {kStart + 99s, 70}}));
}

TEST(Thinning, counts_a_score_for_as_long_as_it_stood_up_to_ten_seconds) {
  // 100 for nine seconds, 50 for one, then 100 again.
  const std::vector<ScorePoint> points{{kStart, 100}, {kStart + 9s, 50}, {kStart + 10s, 100}};
  EXPECT_EQ(thin(points, {kStart, kStart + 20s}, 1),
            (std::vector<ScorePoint>{{kStart + 6333ms, 95}}));
}

TEST(Thinning, keeps_the_extremes_of_cluster_points) {
  const std::vector<ClusterPoint> points{{kStart, 50, 20, 80, 10, 3, 4},
                                         {kStart + 2s, 70, 60, 90, 20, 5, 6}};
  EXPECT_EQ(thin(points, {kStart, kStart + 10s}, 1),
            (std::vector<ClusterPoint>{{kStart + 1s, 60, 20, 90, 15, 4, 5}}));
}

TEST(Thinning, of_ten_years_does_not_overflow) {
  const storage::TimeRange range{kStart, kStart + 3653 * 24h};
  std::vector<ScorePoint> points;
  for (int i = 0; i < 20'000; ++i) points.push_back({kStart + i * 4h, i % 100 + 1});
  const auto fewer = thin(points, range, 10'000);
  EXPECT_LE(fewer.size(), 10'000U);
  EXPECT_GT(fewer.size(), 9'000U);
  EXPECT_TRUE(std::is_sorted(fewer.begin(), fewer.end(),
                             [](const auto& a, const auto& b) { return a.at < b.at; }));
}

TEST(Trends, have_a_mean_for_each_step_with_points) {
  const std::vector<ClusterPoint> points{{kStart, 50, 1, 1, 0, 1, 1},
                                         {kStart + 1s, 60, 1, 1, 0, 1, 1},
                                         {kStart + 29s, 90, 1, 1, 0, 1, 1}};
  using Means = std::vector<std::optional<double>>;
  EXPECT_EQ(trend(points, {kStart, kStart + 30s}, 3), (Means{55, std::nullopt, 90}));
  EXPECT_EQ(trend({}, {kStart, kStart + 30s}, 2), Means(2));
}

}  // namespace
}  // namespace livesonic::web
