// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/load_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

namespace livesonic::scaling {
namespace {

constexpr int kDay = 1440;

void expect_well_formed(const Odds& odds, int minute) {
  ASSERT_TRUE(std::isfinite(odds.estimate)) << minute;
  ASSERT_GT(odds.estimate, 0) << minute;
  for (std::size_t i = 0; i < kLevels; ++i) {
    ASSERT_TRUE(std::isfinite(odds.level[i]) && std::isfinite(odds.beyond[i])) << minute;
    ASSERT_GE(odds.beyond[i], 0) << minute;
    if (i == 0) continue;
    ASSERT_GT(odds.level[i], odds.level[i - 1]) << minute;
    ASSERT_LE(odds.beyond[i], odds.beyond[i - 1]) << minute;
  }
  ASSERT_EQ(odds.beyond.back(), 0) << minute;
}

double daily(int minute) {
  return 1000 + 900 * std::sin(2 * std::numbers::pi * minute / kDay);
}

// An hour of rush at the same time of each day, out of nothing.
double rush(int minute) {
  return minute % kDay >= 600 && minute % kDay < 660 ? 1000 : 100;
}

TEST(LoadModel, levels_rise_and_what_is_beyond_them_falls_whatever_comes) {
  std::mt19937 generator(5);
  std::lognormal_distribution<double> wild(3, 3);
  std::bernoulli_distribution idle(0.3);
  for (const bool seasonal : {false, true}) {
    for (const int lead : {1, 4, 61, 120}) {
      LoadModel model(lead, seasonal);
      for (int minute = 0; minute < 4000; ++minute) {
        model.observe(idle(generator) ? 0 : wild(generator));
        expect_well_formed(model.odds(), minute);
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

TEST(LoadModel, it_outlives_silence_and_the_largest_loads_there_are) {
  for (const bool seasonal : {false, true}) {
    LoadModel model(4, seasonal);
    for (int minute = 0; minute < 12'000; ++minute) {
      model.observe(minute < 3000 ? 0 : minute % 2000 < 1000 ? 1e15 : 1e-6);
      expect_well_formed(model.odds(), minute);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(LoadModel, what_is_always_the_same_is_expected_to_be) {
  for (const bool seasonal : {false, true}) {
    LoadModel model(4, seasonal);
    for (int minute = 0; minute < 2 * kDay; ++minute) model.observe(500);
    EXPECT_NEAR(model.odds().estimate, 500, 5);
    // A tenth more than that never came; a tenth less always.
    for (std::size_t i = 0; i < kLevels; ++i) {
      if (model.odds().level[i] > 560) {
        EXPECT_LT(model.odds().beyond[i], 1);
      }
      if (model.odds().level[i] < 440) {
        EXPECT_GT(model.odds().beyond[i], 400);
      }
    }
  }
}

TEST(LoadModel, what_is_beyond_a_level_is_what_came_beyond_it) {
  // Every tenth minute is five times the others, without a warning.
  std::mt19937 generator(6);
  std::bernoulli_distribution spike(0.1);
  LoadModel model(4, false);
  double load = 0;
  double above = 0;
  double told = 0;
  for (int minute = 0; minute < 8 * kDay; ++minute) {
    load = spike(generator) ? 500 : 100;
    model.observe(load);
    if (minute < 4 * kDay) continue;
    above += load > 250 ? load : 0;
    for (std::size_t i = 0; i < kLevels; ++i) {
      if (model.odds().level[i] < 250) continue;
      told += model.odds().beyond[i];
      break;
    }
  }
  EXPECT_NEAR(told / above, 1, 0.15);
}

double mean_error(LoadModel& model, int lead, double (*load)(int), int days) {
  std::vector<double> estimates(static_cast<std::size_t>(lead));
  double sum = 0;
  for (int minute = 0; minute < days * kDay; ++minute) {
    double& slot = estimates[static_cast<std::size_t>(minute % lead)];
    if (minute >= (days - 1) * kDay) sum += std::abs(slot - load(minute));
    model.observe(load(minute));
    slot = model.odds().estimate;
  }
  return sum / kDay;
}

TEST(LoadModel, the_last_hour_tells_the_next_minutes_of_a_slow_wave) {
  LoadModel model(4, false);
  EXPECT_LT(mean_error(model, 4, daily, 4), 10);
}

TEST(LoadModel, what_comes_every_day_is_learned_by_the_seasonal_one_alone) {
  LoadModel recent(30, false);
  LoadModel seasonal(30, true);
  const double without = mean_error(recent, 30, rush, 9);
  const double with = mean_error(seasonal, 30, rush, 9);
  EXPECT_LT(with, without / 2);
}

TEST(LoadModel, the_rush_is_expected_before_it_comes) {
  LoadModel seasonal(30, true);
  LoadModel recent(30, false);
  for (int minute = 0; minute <= 8 * kDay + 590; ++minute) {  // expects 8 * kDay + 620
    seasonal.observe(rush(minute));
    recent.observe(rush(minute));
  }
  EXPECT_GT(seasonal.odds().estimate, 500);
  EXPECT_LT(recent.odds().estimate, 300);
}

TEST(LoadModel, the_unit_of_the_load_does_not_matter) {
  std::mt19937 generator(7);
  std::uniform_real_distribution<double> noise(0.5, 1.5);
  LoadModel one(4, true);
  LoadModel thousand(4, true);
  for (int minute = 0; minute < 2 * kDay; ++minute) {
    const double load = daily(minute) * noise(generator);
    one.observe(load);
    thousand.observe(load * 1024);
  }
  EXPECT_NEAR(thousand.odds().estimate / one.odds().estimate, 1024, 1);
}

}  // namespace
}  // namespace livesonic::scaling
