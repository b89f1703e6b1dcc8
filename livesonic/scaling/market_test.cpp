// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/market.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

Pool pool(const char* zone, double price, bool barred = false) {
  return {.type = "m6i.large",
          .zone = zone,
          .price = price,
          .on_demand_price = 0.1,
          .interrupted = 0.01,
          .barred = barred};
}

ScalingPolicy all_spot() {
  ScalingPolicy policy;
  policy.spot.types = {"m6i.large"};
  return policy;
}

Holding nothing(std::size_t pools) {
  return {.on_demand = 0, .spot = std::vector<int>(pools)};
}

TEST(WithinLimits, spot_at_nine_tenths_of_on_demand_is_not_spot) {
  Bounds bounds;
  EXPECT_TRUE(within_limits(pool("a", 0.0899), bounds));
  EXPECT_FALSE(within_limits(pool("a", 0.0901), bounds));
  bounds.spot_max_price_percent = 99;  // laxer than is sensible
  EXPECT_FALSE(within_limits(pool("a", 0.0901), bounds));
  bounds.spot_max_price_percent = 50;
  EXPECT_FALSE(within_limits(pool("a", 0.0501), bounds));
  EXPECT_TRUE(within_limits(pool("a", 0.0499), bounds));
}

TEST(WithinLimits, the_cap_in_dollars_holds_too) {
  Bounds bounds;
  bounds.spot_max_price = 0.04;
  EXPECT_TRUE(within_limits(pool("a", 0.04), bounds));
  EXPECT_FALSE(within_limits(pool("a", 0.0401), bounds));
}

TEST(WithinLimits, where_the_on_demand_price_is_not_known_the_cap_alone_does) {
  Pool unknown = pool("a", 50);
  unknown.on_demand_price = 0;
  Bounds bounds;
  EXPECT_TRUE(within_limits(unknown, bounds));
  bounds.spot_max_price = 1;
  EXPECT_FALSE(within_limits(unknown, bounds));
}

TEST(TruePrice, has_what_is_lost_with_reclaimed_instances) {
  Pool risky = pool("a", 0.03);
  risky.interrupted = 0.5;
  EXPECT_NEAR(true_price(risky, 6min), 0.03 + 0.5 * 2 * 0.1 * 0.1, 1e-12);
  EXPECT_DOUBLE_EQ(true_price(risky, 0min), 0.03);
}

TEST(OnDemandQuota, is_the_base_and_the_share_of_those_beyond_rounded_up) {
  EXPECT_EQ(on_demand_quota({.base = 0, .percent = 0}, 10), 0);
  EXPECT_EQ(on_demand_quota({.base = 2, .percent = 0}, 10), 2);
  EXPECT_EQ(on_demand_quota({.base = 2, .percent = 25}, 10), 4);
  EXPECT_EQ(on_demand_quota({.base = 2, .percent = 30}, 10), 5);
  EXPECT_EQ(on_demand_quota({.base = 0, .percent = 100}, 10), 10);
  EXPECT_EQ(on_demand_quota({.base = 20, .percent = 50}, 10), 10);
  EXPECT_EQ(on_demand_quota({.base = 3, .percent = 50}, 0), 0);
}

TEST(ToBuy, on_demand_up_to_the_quota_and_the_rest_spot) {
  ScalingPolicy policy = all_spot();
  policy.on_demand = {.base = 2, .percent = 25};
  const Holding buy = to_buy(policy, {}, {pool("a", 0.03)}, nothing(1), 10);
  EXPECT_EQ(buy.on_demand, 4);
  EXPECT_THAT(buy.spot, ElementsAre(6));
}

TEST(ToBuy, what_is_owned_counts) {
  ScalingPolicy policy = all_spot();
  policy.on_demand.base = 2;
  const Holding buy = to_buy(policy, {}, {pool("a", 0.03)}, {.on_demand = 1, .spot = {6}}, 10);
  EXPECT_EQ(buy.on_demand, 1);
  EXPECT_THAT(buy.spot, ElementsAre(2));
  EXPECT_EQ(count(to_buy(policy, {}, {pool("a", 0.03)}, {.on_demand = 1, .spot = {9}}, 10)), 0);
  EXPECT_EQ(count(to_buy(policy, {}, {pool("a", 0.03)}, {.on_demand = 1, .spot = {19}}, 10)), 0);
}

TEST(ToBuy, the_cheapest_pool_is_filled_first_up_to_its_share) {
  ScalingPolicy policy = all_spot();
  const std::vector<Pool> pools{pool("a", 0.05), pool("b", 0.02), pool("c", 0.03)};
  EXPECT_THAT(to_buy(policy, {}, pools, nothing(3), 10).spot, ElementsAre(0, 10, 0));
  policy.spot.pool_share_at_most = 0.4;
  EXPECT_THAT(to_buy(policy, {}, pools, nothing(3), 10).spot, ElementsAre(2, 4, 4));
  policy.spot.pool_share_at_most = 0.01;  // lets one in, always
  EXPECT_THAT(to_buy(policy, {}, pools, nothing(3), 10).spot, ElementsAre(1, 1, 1));
}

TEST(ToBuy, between_pools_of_the_same_price_the_emptier_one_is_taken) {
  const std::vector<Pool> pools{pool("a", 0.03), pool("b", 0.03)};
  EXPECT_THAT(to_buy(all_spot(), {}, pools, nothing(2), 10).spot, ElementsAre(5, 5));
  EXPECT_THAT(to_buy(all_spot(), {}, pools, {.on_demand = 0, .spot = {4, 0}}, 10).spot,
              ElementsAre(1, 5));
}

TEST(ToBuy, a_pool_that_is_often_reclaimed_is_dearer_than_it_looks) {
  std::vector<Pool> pools{pool("a", 0.030), pool("b", 0.035)};
  pools[0].interrupted = 0.9;
  EXPECT_THAT(to_buy(all_spot(), {}, pools, nothing(2), 1).spot, ElementsAre(0, 1));
}

TEST(ToBuy, barred_and_dear_pools_take_nothing_and_what_no_pool_takes_is_left) {
  const std::vector<Pool> pools{pool("a", 0.01, true), pool("b", 0.095), pool("c", 0.05)};
  ScalingPolicy policy = all_spot();
  policy.spot.pool_share_at_most = 0.5;
  const Holding buy = to_buy(policy, {}, pools, nothing(3), 10);
  EXPECT_EQ(buy.on_demand, 0);
  EXPECT_THAT(buy.spot, ElementsAre(0, 0, 5));
}

TEST(ToEnd, on_demand_beyond_the_quota_then_barred_pools_then_the_dearest) {
  ScalingPolicy policy = all_spot();
  policy.on_demand.base = 1;
  const std::vector<Pool> pools{pool("a", 0.01, true), pool("b", 0.05), pool("c", 0.03)};
  const Holding owned{.on_demand = 3, .spot = {2, 2, 2}};
  const auto end = [&](int total) { return to_end(policy, pools, owned, total); };
  EXPECT_EQ(end(8).on_demand, 1);
  EXPECT_EQ(end(7).on_demand, 2);
  EXPECT_THAT(end(7).spot, ElementsAre(0, 0, 0));
  EXPECT_EQ(end(6).on_demand, 2);
  EXPECT_THAT(end(6).spot, ElementsAre(1, 0, 0));
  EXPECT_THAT(end(4).spot, ElementsAre(2, 1, 0));
  EXPECT_THAT(end(2).spot, ElementsAre(2, 2, 1));
  EXPECT_THAT(end(1).spot, ElementsAre(2, 2, 2));
  EXPECT_EQ(end(0).on_demand, 3);
  EXPECT_EQ(count(end(9)), 0);
  EXPECT_EQ(count(end(20)), 0);
}

TEST(Market, what_is_bought_or_given_up_adds_up_and_keeps_the_shares) {
  std::mt19937 generator(16);
  const auto below = [&](unsigned end) { return static_cast<int>(generator() % end); };
  for (int round = 0; round < 3000; ++round) {
    ScalingPolicy policy = all_spot();
    policy.on_demand = {.base = below(5), .percent = static_cast<double>(below(101))};
    policy.spot.pool_share_at_most = std::max(0.01, below(101) / 100.0);
    Bounds bounds;
    if (below(3) == 0) bounds.spot_max_price = below(100) / 1000.0;
    const auto size = static_cast<std::size_t>(below(7));
    std::vector<Pool> pools;
    Holding owned = nothing(size);
    owned.on_demand = below(10);
    for (std::size_t i = 0; i < size; ++i) {
      pools.push_back(pool("a", below(100) / 1000.0 + 0.001, below(4) == 0));
      owned.spot[i] = below(10);
    }
    const int total = below(60);
    const Holding buy = to_buy(policy, bounds, pools, owned, total);
    ASSERT_EQ(buy.spot.size(), size);
    ASSERT_GE(buy.on_demand, 0);
    ASSERT_LE(count(buy), std::max(0, total - count(owned)));
    const int quota = on_demand_quota(policy.on_demand, total);
    if (buy.on_demand > 0) {
      ASSERT_LE(owned.on_demand + buy.on_demand, quota);
    }
    const double share = std::max(1.0, std::ceil((total - quota) * policy.spot.pool_share_at_most));
    for (std::size_t i = 0; i < size; ++i) {
      ASSERT_GE(buy.spot[i], 0);
      if (buy.spot[i] == 0) continue;
      ASSERT_FALSE(pools[i].barred);
      ASSERT_TRUE(within_limits(pools[i], bounds));
      ASSERT_LE(owned.spot[i] + buy.spot[i], share);
    }
    const Holding end = to_end(policy, pools, owned, total);
    ASSERT_EQ(count(end), std::max(0, count(owned) - total));
    ASSERT_TRUE(end.on_demand >= 0 && end.on_demand <= owned.on_demand);
    for (std::size_t i = 0; i < size; ++i) {
      ASSERT_TRUE(end.spot[i] >= 0 && end.spot[i] <= owned.spot[i]);
    }
  }
}

TEST(ToBuy, spreads_over_zones_where_prices_are_alike_and_over_as_many_pools_as_asked) {
  ScalingPolicy policy;
  policy.spot.types = {"c6i.large"};
  std::vector<Pool> pools;
  for (const char* zone : {"a", "b"}) {
    for (const char* type : {"c6i.large", "m6i.large"}) {
      pools.push_back({type, zone, zone[0] == 'a' ? 0.030 : 0.032, 0.1, 0.001, false});
    }
  }
  const Holding none{.on_demand = 0, .spot = std::vector<int>(4)};
  const Bounds bounds = bounds_at(policy, Time{});
  const Holding alike = to_buy(policy, bounds, pools, none, 8);
  EXPECT_GE(alike.spot[2] + alike.spot[3], 2);
  pools[2].price = pools[3].price = 0.060;
  const Holding dear = to_buy(policy, bounds, pools, none, 8);
  EXPECT_EQ(dear.spot[2] + dear.spot[3], 0);
  policy.spot.pools_at_least = 4;
  EXPECT_EQ(to_buy(policy, bounds, pools, none, 8).spot, (std::vector<int>{2, 2, 2, 2}));
}

}  // namespace
}  // namespace livesonic::scaling
