// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/brake.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace livesonic::scaling {
namespace {

TEST(Brake, out_goes_at_once) {
  Brake brake(5, 1);
  EXPECT_EQ(brake.next(3, 3), 3);
  EXPECT_EQ(brake.next(10, 3), 10);
}

TEST(Brake, in_goes_when_the_wish_has_been_lower_for_so_long) {
  Brake brake(3, 1);
  EXPECT_EQ(brake.next(10, 10), 10);
  EXPECT_EQ(brake.next(4, 10), 10);
  EXPECT_EQ(brake.next(6, 10), 10);
  EXPECT_EQ(brake.next(4, 10), 6);  // the highest of the last three
  EXPECT_EQ(brake.next(4, 6), 6);
  EXPECT_EQ(brake.next(4, 6), 4);
}

TEST(Brake, one_higher_wish_begins_the_time_anew) {
  Brake brake(3, 1);
  brake.next(10, 10);
  brake.next(4, 10);
  brake.next(10, 10);
  EXPECT_EQ(brake.next(4, 10), 10);
  EXPECT_EQ(brake.next(4, 10), 10);
  EXPECT_EQ(brake.next(4, 10), 4);
}

TEST(Brake, in_goes_by_a_share_of_the_fleet_but_by_one_at_least) {
  Brake brake(1, 0.2);
  EXPECT_EQ(brake.next(1, 20), 16);
  EXPECT_EQ(brake.next(1, 16), 13);
  EXPECT_EQ(brake.next(1, 4), 3);
  EXPECT_EQ(brake.next(1, 2), 1);
  EXPECT_EQ(brake.next(0, 1), 0);
}

TEST(Brake, without_a_time_to_hold_it_goes_in_at_once) {
  Brake brake(0, 1);
  EXPECT_EQ(brake.next(10, 10), 10);
  EXPECT_EQ(brake.next(1, 10), 1);
}

TEST(Brake, instances_that_were_lost_are_not_bought_back_unless_they_are_wished_for) {
  Brake brake(5, 1);
  EXPECT_EQ(brake.next(10, 10), 10);
  EXPECT_EQ(brake.next(4, 7), 7);
}

TEST(Brake, is_never_below_the_wish_nor_above_what_was_wished_lately_or_is_there) {
  std::mt19937 generator(8);
  for (int round = 0; round < 200; ++round) {
    const int hold = static_cast<int>(generator() % 12);
    const double share = 0.01 + static_cast<double>(generator() % 100) / 100;
    Brake brake(hold, share);
    std::vector<int> wishes;
    int owned = static_cast<int>(generator() % 50);
    for (int minute = 0; minute < 100; ++minute) {
      wishes.push_back(static_cast<int>(generator() % 50));
      const auto many =
          std::min<std::size_t>(wishes.size(), static_cast<std::size_t>(std::max(hold, 1)));
      const int held =
          *std::max_element(wishes.end() - static_cast<std::ptrdiff_t>(many), wishes.end());
      const int next = brake.next(wishes.back(), owned);
      ASSERT_GE(next, wishes.back());
      ASSERT_GE(next, std::min(owned, held));
      ASSERT_LE(next, std::max(owned, wishes.back()));
      if (next < owned) {
        ASSERT_LE(owned - next, std::max(1.0, owned * share));
      }
      owned = next;
    }
  }
}

}  // namespace
}  // namespace livesonic::scaling
