// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/prices.h"

#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"

namespace livesonic::simulator {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const Time kNow = *parse_iso8601("2026-03-02T03:00:00Z");  // half way between two changes
const std::string kType = "c6i.large";
const std::string kZone = "ap-northeast-1a";

TEST(Prices, a_market_moves_every_six_hours_below_the_price_on_demand) {
  const auto prices = spot_prices({7, {}}, kType, kZone, kNow, kNow + hours{24});
  ASSERT_EQ(prices.size(), 5u);
  EXPECT_EQ(prices[0].since, kNow - hours{3});
  EXPECT_EQ(prices[1].since, kNow + hours{3});
  for (const SpotPrice& price : prices) {
    EXPECT_GT(price.dollars, 0.2 * on_demand_price(kType));
    EXPECT_LT(price.dollars, on_demand_price(kType));
  }
}

TEST(Prices, a_move_is_a_change_of_its_own_and_the_past_stays_as_it_was) {
  SpotMarket market{7, {}};
  const auto before = spot_prices(market, kType, kZone, kNow, kNow + hours{2});
  move_prices(market, {kType, "", 1.2, kNow + hours{1}});
  const auto after = spot_prices(market, kType, kZone, kNow, kNow + hours{2});
  ASSERT_EQ(before.size(), 1u);
  ASSERT_EQ(after.size(), 2u);
  EXPECT_DOUBLE_EQ(after[0].dollars, before[0].dollars);
  EXPECT_EQ(after[1].since, kNow + hours{1});
  EXPECT_DOUBLE_EQ(after[1].dollars, 1.2 * before[0].dollars);
  EXPECT_DOUBLE_EQ(spot_price(market, kType, kZone, kNow + hours{1}), after[1].dollars);
}

TEST(Prices, a_move_concerns_its_own_type_and_zone) {
  SpotMarket market{7, {}};
  const double other_type = spot_price(market, "m6i.large", kZone, kNow);
  const double other_zone = spot_price(market, kType, "ap-northeast-1c", kNow);
  move_prices(market, {kType, kZone, 1.5, kNow - minutes{1}});
  EXPECT_DOUBLE_EQ(spot_price(market, "m6i.large", kZone, kNow), other_type);
  EXPECT_DOUBLE_EQ(spot_price(market, kType, "ap-northeast-1c", kNow), other_zone);
}

TEST(Prices, spot_costs_no_more_than_on_demand) {
  SpotMarket market{7, {}};
  move_prices(market, {"", "", 100, kNow - hours{1}});
  EXPECT_DOUBLE_EQ(spot_price(market, kType, kZone, kNow), on_demand_price(kType));
  move_prices(market, {"", "", 1, kNow});
  EXPECT_LT(spot_price(market, kType, kZone, kNow), on_demand_price(kType));
}

}  // namespace
}  // namespace livesonic::simulator
