// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/budget.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "livesonic/base/time_text.h"

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;

Time at(const char* text) {
  return parse_iso8601(text).value();
}

ScalingBudget an_hour(double usd) {
  return {.per_hour = usd, .per_month = std::nullopt};
}
ScalingBudget a_month(double usd) {
  return {.per_hour = std::nullopt, .per_month = usd};
}

TEST(EndOfMonth, is_the_first_moment_of_the_next_one) {
  EXPECT_EQ(end_of_month(at("2026-03-01T00:00:00Z")), at("2026-04-01T00:00:00Z"));
  EXPECT_EQ(end_of_month(at("2026-03-31T23:59:59.999Z")), at("2026-04-01T00:00:00Z"));
  EXPECT_EQ(end_of_month(at("2026-12-24T18:00:00Z")), at("2027-01-01T00:00:00Z"));
  EXPECT_EQ(end_of_month(at("2026-12-31T23:59:59Z")), at("2027-01-01T00:00:00Z"));
  EXPECT_EQ(end_of_month(at("2028-02-01T00:00:00Z")), at("2028-03-01T00:00:00Z"));
}

TEST(Affordable, an_hours_budget_is_divided_by_the_price) {
  const Time now = at("2026-03-10T12:00:00Z");
  EXPECT_EQ(affordable(an_hour(1), {.this_month = 1e6, .price = 0.1}, 1, now), 10);
  EXPECT_EQ(affordable(an_hour(0.99), {.this_month = 0, .price = 0.1}, 1, now), 9);
}

TEST(Affordable, without_a_budget_or_a_price_anything_is) {
  const Time now = at("2026-03-10T12:00:00Z");
  EXPECT_GE(affordable({}, {.this_month = 1e9, .price = 0.1}, 1, now), 1'000'000);
  EXPECT_GE(affordable(an_hour(1), {.this_month = 0, .price = 0}, 1, now), 1'000'000);
}

TEST(Affordable, never_below_min_whatever_it_costs) {
  const Time now = at("2026-03-10T12:00:00Z");
  EXPECT_EQ(affordable(an_hour(0.1), {.this_month = 0, .price = 1}, 4, now), 4);
  EXPECT_EQ(affordable(a_month(10), {.this_month = 11, .price = 1}, 4, now), 4);
}

TEST(Affordable, the_rest_of_the_month_is_set_aside_for_min) {
  // 240 hours are left of April; 239 of them are set aside for two at 1 USD.
  const Time now = at("2026-04-21T00:00:00Z");
  EXPECT_EQ(affordable(a_month(1000), {.this_month = 1000 - 2 * 239 - 7.5, .price = 1}, 2, now), 7);
  EXPECT_EQ(affordable(a_month(1000), {.this_month = 1000 - 2 * 239 - 1, .price = 1}, 2, now), 2);
}

TEST(Affordable, the_last_part_of_the_months_last_hour_may_spend_what_is_left) {
  const Time now = at("2026-04-30T23:30:00Z");
  EXPECT_EQ(affordable(a_month(1000), {.this_month = 990, .price = 1}, 1, now), 20);
}

TEST(Affordable, the_smaller_budget_counts) {
  const Time now = at("2026-04-30T23:00:00Z");
  const ScalingBudget both{.per_hour = 5, .per_month = 1000};
  EXPECT_EQ(affordable(both, {.this_month = 0, .price = 1}, 0, now), 5);
  EXPECT_EQ(affordable(both, {.this_month = 997, .price = 1}, 0, now), 3);
}

TEST(Affordable, who_spends_all_that_may_be_spent_keeps_the_months_budget) {
  std::mt19937 generator(9);
  for (int round = 0; round < 50; ++round) {
    const double price = 0.01 + static_cast<double>(generator() % 100) / 100;
    const int min = static_cast<int>(generator() % 4);
    const double hours = 31 * 24;
    const double usd = price * hours * (min + static_cast<double>(generator() % 8) / 4);
    double spent = 0;
    Time now = at("2026-03-01T00:00:00Z");
    for (const Time end = end_of_month(now); now < end; now += 1min) {
      const int may = affordable(a_month(usd), {.this_month = spent, .price = price}, min, now);
      ASSERT_GE(may, min);
      const int run = std::min(may, 50);
      spent += run * price / 60;
    }
    EXPECT_LE(spent, usd + 1e-6 + 1e-9 * usd);
  }
}

}  // namespace
}  // namespace livesonic::scaling
