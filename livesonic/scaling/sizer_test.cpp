// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/sizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

namespace livesonic::scaling {
namespace {

constexpr int kDay = 1440;

// A day's wave with noise and a spike now and then.
std::vector<double> wavy(int minutes, unsigned seed) {
  std::mt19937 generator(seed);
  std::lognormal_distribution<double> noise(0, 0.15);
  std::bernoulli_distribution spike(0.005);
  std::vector<double> load;
  for (int minute = 0; minute < minutes; ++minute) {
    const double wave = 1000 + 800 * std::sin(2 * std::numbers::pi * minute / kDay);
    load.push_back(wave * noise(generator) * (spike(generator) ? 2.5 : 1));
  }
  return load;
}

TEST(Sizer, in_the_first_hours_it_is_half_more_than_the_last_quarters_peak) {
  Sizer sizer({});
  const Wish first = sizer.next(100, 10, 1, 100);
  EXPECT_EQ(first.instances, 15);
  EXPECT_EQ(first.by, SizedBy::kFirstHours);
  for (int minute = 1; minute < 15; ++minute) {
    EXPECT_EQ(sizer.next(10, 10, 1, 100).instances, 15) << minute;
  }
  EXPECT_EQ(sizer.next(10, 10, 1, 100).instances, 2);
}

TEST(Sizer, it_stays_within_its_bounds_whatever_comes) {
  std::mt19937 generator(12);
  std::lognormal_distribution<double> wild(4, 3);
  for (const PredictMode predict :
       {PredictMode::kOff, PredictMode::kForecastOnly, PredictMode::kOn}) {
    for (int round = 0; round < 4; ++round) {
      const FleetPace pace{.boot = static_cast<int>(generator() % 10),
                           .hold = 5,
                           .shrink_by = round % 2 == 0 ? 1.0 : 0.2};
      Sizer sizer({.pace = pace, .predict = predict, .slow_at_most = 0.01});
      const double capacity = std::pow(10.0, static_cast<double>(generator() % 7) - 2);
      for (int minute = 0; minute < 2000; ++minute) {
        const int min = static_cast<int>(generator() % 20);
        const int max = min + static_cast<int>(generator() % 80);
        const double load = generator() % 10 == 0   ? 0
                            : generator() % 50 == 0 ? 1e15
                                                    : wild(generator);
        const Wish wish = sizer.next(load, capacity, min, max);
        ASSERT_GE(wish.instances, min);
        ASSERT_LE(wish.instances, max);
        if (wish.forecast) {
          ASSERT_GE(*wish.forecast, min);
          ASSERT_LE(*wish.forecast, max);
        }
      }
    }
  }
}

TEST(Sizer, without_any_load_there_is_only_the_floor) {
  for (const int min : {0, 1, 3}) {
    Sizer sizer({});
    for (int minute = 0; minute < 400; ++minute) {
      ASSERT_EQ(sizer.next(0, 10, min, 100).instances, min) << minute;
    }
  }
}

TEST(Sizer, what_is_always_the_same_is_served_with_hardly_more_than_it_needs) {
  Sizer sizer({});
  Wish wish;
  for (int minute = 0; minute < 2 * kDay; ++minute) wish = sizer.next(95, 10, 1, 100);
  EXPECT_GE(wish.instances, 10);
  EXPECT_LE(wish.instances, 11);
  EXPECT_NEAR(wish.expected, 95, 3);
  EXPECT_NE(wish.by, SizedBy::kFirstHours);
}

TEST(Sizer, stricter_objectives_have_more_instances) {
  const auto load = wavy(5 * kDay, 13);
  double before = 1e9;
  for (const double slow : {0.0005, 0.005, 0.05, 0.3}) {
    Sizer sizer({.pace = {}, .predict = PredictMode::kOn, .slow_at_most = slow});
    double sum = 0;
    for (std::size_t minute = 0; minute < load.size(); ++minute) {
      const int instances = sizer.next(load[minute], 50, 1, 1000).instances;
      if (minute >= 3 * kDay) sum += instances;
    }
    EXPECT_LT(sum, before) << slow;
    before = sum;
  }
}

TEST(Sizer, the_objective_is_kept) {
  const auto load = wavy(8 * kDay, 14);
  constexpr double kSlow = 0.02;
  for (const PredictMode predict : {PredictMode::kOff, PredictMode::kOn}) {
    const FleetPace pace{.boot = 3, .hold = 5, .shrink_by = 1};
    Sizer sizer({.pace = pace, .predict = predict, .slow_at_most = kSlow});
    Candidates fleet(1, pace);
    for (std::size_t minute = 0; minute < load.size(); ++minute) {
      const std::vector<float> wish{
          static_cast<float>(sizer.next(load[minute], 50, 1, 1000).instances)};
      fleet.wish(wish);
      if (minute + 1 < load.size()) fleet.outcome(load[minute + 1], 50);
    }
    EXPECT_LE(fleet.slow_share(0), kSlow);
    EXPECT_GT(fleet.slow_share(0), 0);
  }
}

TEST(Sizer, a_forecast_that_is_only_told_never_decides) {
  const auto load = wavy(4 * kDay, 15);
  Sizer off({.pace = {}, .predict = PredictMode::kOff, .slow_at_most = 0.01});
  Sizer told({.pace = {}, .predict = PredictMode::kForecastOnly, .slow_at_most = 0.01});
  int told_so_often = 0;
  for (const double came : load) {
    const Wish without = off.next(came, 50, 1, 100);
    const Wish with = told.next(came, 50, 1, 100);
    ASSERT_EQ(with.instances, without.instances);
    ASSERT_EQ(with.by, without.by);
    ASSERT_NE(with.by, SizedBy::kForecast);
    ASSERT_FALSE(without.forecast);
    if (with.forecast) ++told_so_often;
  }
  EXPECT_GT(told_so_often, 3 * kDay);
}

TEST(Sizer, a_rush_that_comes_every_day_is_met_by_the_forecast) {
  const auto rush = [](int minute) { return minute % kDay >= 600 && minute % kDay < 660; };
  const FleetPace pace{.boot = 10, .hold = 11, .shrink_by = 1};
  Sizer off({.pace = pace, .predict = PredictMode::kOff, .slow_at_most = 0.01});
  Sizer on({.pace = pace, .predict = PredictMode::kOn, .slow_at_most = 0.01});
  bool by_forecast = false;
  double sum_off = 0;
  double sum_on = 0;
  for (int minute = 0; minute < 12 * kDay; ++minute) {
    const double load = rush(minute) ? 1000 : 100;
    const Wish with = on.next(load, 10, 1, 200);
    const Wish without = off.next(load, 10, 1, 200);
    if (minute < 9 * kDay) continue;
    if (with.by == SizedBy::kForecast) by_forecast = true;
    sum_on += with.instances;
    sum_off += without.instances;
  }
  EXPECT_TRUE(by_forecast);
  EXPECT_LT(sum_on, 0.7 * sum_off);
}

}  // namespace
}  // namespace livesonic::scaling
