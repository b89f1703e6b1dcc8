// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/market_prices.h"

#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"

namespace livesonic::app {
namespace {

using namespace std::chrono_literals;

// An AWS that answers 0.5 and, of spot, 0.1 in two zones, or fails; and counts.
class MarketPricesTest : public testing::Test {
 protected:
  PriceSources sources() {
    PriceSources made;
    made.on_demand = [this](const std::string&, const std::string& region, const std::string& type,
                            const std::stop_token&) -> Result<std::optional<double>> {
      asked_on_demand.push_back(region + " " + type);
      if (failure) return fail(*failure);
      if (type == "m6i.large" || type == "zz9.large") return std::nullopt;
      return 0.5;
    };
    made.spot = [this](const std::string&, const std::string&,
                       const std::vector<std::string>& types,
                       const std::stop_token&) -> Result<std::vector<aws::SpotPrice>> {
      asked_spot.push_back(types);
      if (failure) return fail(*failure);
      std::vector<aws::SpotPrice> all;
      for (const std::string& type : types) {
        if (type == "zz9.large") continue;
        for (const char* zone : {"a", "c"}) all.push_back({type, zone, "Linux/UNIX", 0.1, {}});
      }
      return all;
    };
    return made;
  }

  FakeClock clock{parse_iso8601("2026-03-01T09:00:00Z").value()};
  std::optional<Error> failure;
  std::vector<std::string> asked_on_demand;
  std::vector<std::vector<std::string>> asked_spot;
  MarketPrices prices{sources(), clock};
};

TEST_F(MarketPricesTest, an_on_demand_price_is_asked_for_once_a_day) {
  EXPECT_EQ(prices.on_demand("", "r1", "c6i.large"), 0.5);
  clock.advance(24h - 1ms);
  EXPECT_EQ(prices.on_demand("", "r1", "c6i.large"), 0.5);
  EXPECT_EQ(prices.on_demand("", "r2", "c6i.large"), 0.5);
  EXPECT_EQ(asked_on_demand.size(), 2U);
  clock.advance(1ms);
  EXPECT_EQ(prices.on_demand("", "r1", "c6i.large"), 0.5);
  EXPECT_EQ(asked_on_demand.size(), 3U);
}

TEST_F(MarketPricesTest, what_aws_does_not_know_is_taken_from_the_list) {
  EXPECT_DOUBLE_EQ(prices.on_demand("", "", "m6i.large").value(), 0.096);
  EXPECT_EQ(prices.on_demand("", "", "zz9.large"), std::nullopt);
  EXPECT_EQ(prices.quoted("", "", "m6i.large"), std::nullopt);
  EXPECT_DOUBLE_EQ(prices.on_demand("", "", "m6i.large").value(), 0.096);
  EXPECT_EQ(asked_on_demand.size(), 2U);
}

TEST_F(MarketPricesTest, an_aws_that_says_no_is_left_alone_for_ten_minutes) {
  failure = Error{ErrorKind::kPermission, "no"};
  EXPECT_DOUBLE_EQ(prices.on_demand("", "", "m6i.large").value(), 0.096);
  EXPECT_DOUBLE_EQ(prices.on_demand("", "", "c6i.large").value(), 0.085);
  EXPECT_EQ(asked_on_demand.size(), 1U);
  clock.advance(10min);
  failure.reset();
  EXPECT_EQ(prices.on_demand("", "", "c6i.large"), 0.5);
  // The one account's refusal is not the other's.
  failure = Error{ErrorKind::kUnavailable, "down"};
  EXPECT_EQ(prices.on_demand("", "", "c6a.large"), 0.0765);
  failure.reset();
  EXPECT_EQ(prices.on_demand("other", "", "c6a.large"), 0.5);
}

TEST_F(MarketPricesTest, one_answer_that_makes_no_sense_concerns_its_type_alone) {
  failure = Error{ErrorKind::kInvalidInput, "no price"};
  EXPECT_EQ(prices.on_demand("", "", "zz8.large"), std::nullopt);
  failure.reset();
  EXPECT_EQ(prices.on_demand("", "", "zz8.large"), std::nullopt);
  EXPECT_EQ(prices.on_demand("", "", "c6i.large"), 0.5);
}

TEST_F(MarketPricesTest, an_old_on_demand_price_is_better_than_none) {
  EXPECT_EQ(prices.on_demand("", "", "c6i.large"), 0.5);
  clock.advance(25h);
  failure = Error{ErrorKind::kUnavailable, "down"};
  EXPECT_EQ(prices.on_demand("", "", "c6i.large"), 0.5);
  EXPECT_EQ(asked_on_demand.size(), 2U);
}

TEST_F(MarketPricesTest, spot_prices_are_those_of_every_zone_and_five_minutes_old_at_most) {
  EXPECT_EQ(prices.spot("", "", {"m6i.large", "c6i.large"}).size(), 4U);
  EXPECT_EQ(prices.spot("", "", {"c6i.large", "zz9.large"}).size(), 2U);
  EXPECT_EQ(asked_spot,
            (std::vector<std::vector<std::string>>{{"c6i.large", "m6i.large"}, {"zz9.large"}}));
  clock.advance(5min);
  EXPECT_EQ(prices.spot("", "", {"zz9.large", "zz9.large", "m6i.large"}).size(), 2U);
  EXPECT_EQ(asked_spot.back(), (std::vector<std::string>{"m6i.large", "zz9.large"}));
}

TEST_F(MarketPricesTest, the_last_spot_prices_hold_for_an_hour_while_aws_says_nothing) {
  EXPECT_EQ(prices.spot("", "", {"m6i.large"}).size(), 2U);
  failure = Error{ErrorKind::kThrottled, "slow down"};
  clock.advance(5min);
  EXPECT_EQ(prices.spot("", "", {"m6i.large"}).size(), 2U);
  clock.advance(9min);
  EXPECT_EQ(prices.spot("", "", {"m6i.large", "c6i.large"}).size(), 2U);
  EXPECT_EQ(asked_spot.size(), 2U);
  clock.advance(46min);
  EXPECT_EQ(prices.spot("", "", {"m6i.large"}).size(), 2U);
  clock.advance(1ms);
  EXPECT_TRUE(prices.spot("", "", {"m6i.large"}).empty());
}

}  // namespace
}  // namespace livesonic::app
