// SPDX-License-Identifier: Apache-2.0
#include "simulator/load_curve.h"

#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"

namespace livesonic::simulator {
namespace {

// The mean score of ten hosts over the hour from `start`.
double mean_score(LoadShape shape, const char* start) {
  double sum = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    for (int minute = 0; minute < 60; ++minute) {
      sum += score_at({seed, shape}, *parse_iso8601(start) + std::chrono::minutes{minute});
    }
  }
  return sum / 600;
}

TEST(LoadCurve, is_the_same_whenever_it_is_asked) {
  const LoadCurve curve{42};
  const Time at = *parse_iso8601("2026-03-02T03:04:05Z");
  EXPECT_EQ(load_at(curve, at), load_at(curve, at));
}

TEST(LoadCurve, people_work_by_day_and_jobs_by_night) {
  const char* morning = "2026-03-02T10:30:00+09:00";  // a Monday
  const char* night = "2026-03-02T02:30:00+09:00";
  EXPECT_LT(mean_score(LoadShape::kBusinessDay, morning) + 15,
            mean_score(LoadShape::kBusinessDay, night));
  EXPECT_LT(mean_score(LoadShape::kNightly, night) + 15, mean_score(LoadShape::kNightly, morning));
}

TEST(LoadCurve, weekends_are_quiet) {
  EXPECT_LT(mean_score(LoadShape::kBusinessDay, "2026-03-02T10:30:00+09:00") + 10,
            mean_score(LoadShape::kBusinessDay, "2026-03-01T10:30:00+09:00"));
}

TEST(LoadCurve, hosts_of_a_cluster_differ) {
  const Time at = *parse_iso8601("2026-03-02T01:00:00Z");
  EXPECT_NE(load_at({1}, at), load_at({2}, at));
}

TEST(LoadCurve, load_alone_never_endangers_a_host) {
  const Time start = *parse_iso8601("2026-03-02T00:00:00Z");
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    for (int minute = 0; minute < 7 * 24 * 60; minute += 7) {
      const int score = score_at({seed}, start + std::chrono::minutes{minute});
      ASSERT_GE(score, 45);
      ASSERT_LE(score, 100);
    }
  }
}

TEST(LoadCurve, changes_little_from_one_second_to_the_next) {
  const Time start = *parse_iso8601("2026-03-02T01:00:00Z");
  for (int second = 0; second < 3600; ++second) {
    const double now = load_at({3}, start + std::chrono::seconds{second});
    const double next = load_at({3}, start + std::chrono::seconds{second + 1});
    ASSERT_LT(std::abs(next - now), 0.02);
  }
}

}  // namespace
}  // namespace livesonic::simulator
