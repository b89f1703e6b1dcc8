// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/peaks.h"

#include <gtest/gtest.h>

#include <random>

namespace livesonic::scaling {
namespace {

void expect_as_if_looked_at_one_by_one(const std::vector<double>& values, std::size_t longest) {
  Peaks peaks(longest);
  for (std::size_t i = 0; i < values.size(); ++i) {
    peaks.push(values[i]);
    double naive = 0;
    for (std::size_t window = 1; window <= longest; ++window) {
      if (window <= i + 1) naive = std::max(naive, values[i + 1 - window]);
      ASSERT_EQ(peaks.highest(window), naive) << "value " << i << ", window " << window;
    }
  }
}

TEST(Peaks, are_the_highest_of_the_last_values_whatever_their_number) {
  std::mt19937 generator(21);
  std::uniform_int_distribution<int> value(0, 30);
  std::vector<double> values(300);
  for (double& one : values) one = value(generator);
  for (std::size_t longest = 1; longest <= 20; ++longest) {
    expect_as_if_looked_at_one_by_one(values, longest);
  }
}

TEST(Peaks, may_rise_fall_or_stay_the_same) {
  std::vector<double> values;
  for (int i = 0; i < 40; ++i) values.push_back(i);
  for (int i = 40; i > 0; --i) values.push_back(i);
  values.resize(values.size() + 40);
  expect_as_if_looked_at_one_by_one(values, 15);
}

TEST(Peaks, of_nothing_are_0) {
  EXPECT_EQ(Peaks(5).highest(3), 0);
}

}  // namespace
}  // namespace livesonic::scaling
