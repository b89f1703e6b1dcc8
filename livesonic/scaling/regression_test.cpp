// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/regression.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace livesonic::scaling {
namespace {

using Three = Regression<3>;

TEST(Regression, at_first_the_estimate_is_the_first_feature) {
  const Three regression(0.999);
  EXPECT_EQ(regression.estimate({7, 100, -100}), 7);
}

TEST(Regression, it_finds_the_weights_that_made_what_it_saw) {
  std::mt19937 generator(1);
  std::uniform_real_distribution<double> value(-1, 1);
  std::normal_distribution<double> noise(0, 0.01);
  Three regression(0.9999);
  for (int i = 0; i < 2000; ++i) {
    const Three::Features x{value(generator), value(generator), 1};
    regression.learn(x, 0.3 * x[0] - 2 * x[1] + 0.5 + noise(generator), 1);
  }
  EXPECT_NEAR(regression.estimate({1, 0, 0}), 0.3, 0.01);
  EXPECT_NEAR(regression.estimate({0, 1, 0}), -2, 0.01);
  EXPECT_NEAR(regression.estimate({0, 0, 1}), 0.5, 0.01);
}

TEST(Regression, it_forgets_what_no_longer_holds) {
  std::mt19937 generator(2);
  std::uniform_real_distribution<double> value(-1, 1);
  Three regression(0.99);
  for (int i = 0; i < 4000; ++i) {
    const Three::Features x{value(generator), value(generator), 1};
    regression.learn(x, i < 2000 ? x[0] : -x[0], 1);
  }
  EXPECT_NEAR(regression.estimate({1, 0, 0}), -1, 0.01);
}

TEST(Regression, an_observation_of_a_large_variance_counts_less) {
  Three sure(0.999);
  Three unsure(0.999);
  sure.learn({1, 0, 0}, 2, 0.1);
  unsure.learn({1, 0, 0}, 2, 100);
  EXPECT_GT(sure.estimate({1, 0, 0}), unsure.estimate({1, 0, 0}));
  EXPECT_GT(unsure.estimate({1, 0, 0}), 1);
}

TEST(Regression, features_that_are_not_used_are_not_looked_at) {
  Three regression(0.999, 2);
  for (int i = 0; i < 100; ++i) regression.learn({1, 0.5, std::nan("")}, 3, 1);
  EXPECT_NEAR(regression.estimate({1, 0.5, std::nan("")}), 3, 0.1);
}

TEST(Regression, a_feature_that_returns_after_long_does_not_make_the_estimate_jump) {
  std::mt19937 generator(3);
  std::normal_distribution<double> noise(0, 0.05);
  Three regression(0.9);
  for (int i = 0; i < 20'000; ++i) regression.learn({1, 0, 0}, 1 + noise(generator), 1);
  for (int i = 0; i < 100; ++i) {
    regression.learn({1, 1, 1}, 1 + noise(generator), 1);
    const double estimate = regression.estimate({1, 1, 1});
    ASSERT_TRUE(std::isfinite(estimate));
    ASSERT_NEAR(estimate, 1, 0.5);
  }
}

TEST(Regression, it_stays_finite_over_years_of_idle_and_wild_features) {
  std::mt19937 generator(4);
  std::uniform_real_distribution<double> value(0, 20'000);
  Three regression(0.9998);
  for (int i = 0; i < 300'000; ++i) {
    const double wild = i % 5000 == 0 ? value(generator) : 0;
    regression.learn({wild, wild, 1}, wild, 0.3 + wild);
    ASSERT_TRUE(std::isfinite(regression.estimate({1, 1, 1}))) << i;
  }
}

}  // namespace
}  // namespace livesonic::scaling
