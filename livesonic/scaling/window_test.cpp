// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/window.h"

#include <gtest/gtest.h>

#include <random>

namespace livesonic::scaling {
namespace {

template <typename Extreme>
void expect_as_if_looked_at_one_by_one(std::size_t rows, std::size_t columns, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_int_distribution<int> value(-20, 20);
  SlidingExtreme<Extreme> window(rows, columns);
  std::vector<std::vector<float>> pushed;
  for (std::size_t i = 0; i < 5 * rows + 7; ++i) {
    std::vector<float> row(columns);
    for (float& one : row) one = static_cast<float>(value(generator));
    pushed.push_back(row);
    const auto found = window.push(row);
    ASSERT_EQ(found.size(), columns);
    for (std::size_t c = 0; c < columns; ++c) {
      float naive = row[c];
      for (std::size_t back = 1; back < std::min(rows, pushed.size()); ++back) {
        naive = Extreme::of(naive, pushed[pushed.size() - 1 - back][c]);
      }
      ASSERT_EQ(found[c], naive) << rows << " rows, push " << i << ", column " << c;
    }
  }
}

TEST(SlidingExtreme, is_that_of_the_last_rows_whatever_their_number) {
  for (std::size_t rows = 1; rows <= 40; ++rows) {
    expect_as_if_looked_at_one_by_one<Greatest>(rows, 3, static_cast<unsigned>(rows));
    expect_as_if_looked_at_one_by_one<Least>(rows, 3, static_cast<unsigned>(100 + rows));
  }
}

TEST(SlidingExtreme, no_row_at_all_is_one) {
  SlidingExtreme<Greatest> window(0, 1);
  const std::vector<float> five{5};
  const std::vector<float> two{2};
  EXPECT_EQ(window.push(five)[0], 5);
  EXPECT_EQ(window.push(two)[0], 2);
}

TEST(SlidingExtreme, there_may_be_no_columns) {
  SlidingExtreme<Least> window(3, 0);
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(window.push({}).empty());
}

}  // namespace
}  // namespace livesonic::scaling
