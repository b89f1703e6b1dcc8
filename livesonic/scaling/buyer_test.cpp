// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/buyer.h"

#include <gmock/gmock.h>

#include <random>

#include "livesonic/base/time_text.h"

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const Time kNow = parse_iso8601("2026-03-02T08:30:00Z").value();

class BuyerTest : public testing::Test {
 protected:
  BuyerTest() {
    policy.min = 1;
    policy.max = 20;
    policy.warmup = 3min;
    policy.spot.types = {"c6i.large", "m6i.large"};
    policy.spot.wait = 5min;
    policy.launch.zones = {"a", "b"};
    situation.now = kNow;
    situation.on_demand = {{"c6i.large", 0.085}, {"m6i.large", 0.096}};
    for (const char* zone : {"a", "b"}) {
      situation.pools.push_back({"c6i.large", zone, 0.030, 0.085, 0.001, false});
      situation.pools.push_back({"m6i.large", zone, 0.040, 0.096, 0.001, false});
    }
  }

  FleetMember& member(Lifecycle lifecycle, const std::string& type = "c6i.large",
                      const std::string& zone = "a") {
    FleetMember one;
    one.id = "i-" + std::to_string(situation.book.members.size());
    one.kind = {lifecycle, type, zone};
    one.ours = true;
    one.serving = true;
    one.launched_at = kNow - 5h;
    situation.book.members.push_back(one);
    return situation.book.members.back();
  }
  void members(int count, Lifecycle lifecycle) {
    for (int i = 0; i < count; ++i) member(lifecycle, "c6i.large", i % 2 == 0 ? "a" : "b");
  }
  FleetOrders decide() { return orders(policy, bounds_at(policy, kNow), situation); }
  static int count(const FleetOrders& orders, Lifecycle lifecycle) {
    int sum = 0;
    for (const Lot& lot : orders.lots) sum += lot.kind.lifecycle == lifecycle ? lot.count : 0;
    return sum;
  }

  ScalingPolicy policy;
  FleetSituation situation;
};

TEST_F(BuyerTest, buys_the_base_on_demand_and_the_rest_spot) {
  policy.on_demand.base = 2;
  situation.wanted = 6;
  const FleetOrders ordered = decide();
  EXPECT_EQ(count(ordered, Lifecycle::kOnDemand), 2);
  EXPECT_EQ(count(ordered, Lifecycle::kSpot), 4);
  // On-demand: the cheaper type, spread over the zones.
  for (const Lot& lot : ordered.lots) {
    if (lot.kind.lifecycle != Lifecycle::kOnDemand) continue;
    EXPECT_EQ(lot.kind.type, "c6i.large");
    EXPECT_EQ(lot.count, 1);
  }
  EXPECT_TRUE(ordered.release.empty());
}

TEST_F(BuyerTest, the_cap_goes_to_aws_with_the_order) {
  policy.spot.max_price_percent = 60;
  situation.wanted = 1;
  EXPECT_NEAR(decide().lots.at(0).kind.max_price.value(), 0.085 * 0.6, 1e-4);
  policy.spot.max_price = 0.035;
  EXPECT_NEAR(decide().lots.at(0).kind.max_price.value(), 0.035, 1e-9);
}

TEST_F(BuyerTest, waits_for_a_pool_and_then_buys_on_demand) {
  for (Pool& pool : situation.pools) pool.barred = true;
  situation.wanted = 3;
  const FleetOrders waiting = decide();
  EXPECT_THAT(waiting.lots, IsEmpty());
  EXPECT_TRUE(waiting.unfilled);
  EXPECT_THAT(waiting.notes, ElementsAre(HasSubstr("3 wait for a spot pool")));
  situation.unfilled_since = kNow - 5min;
  EXPECT_EQ(count(decide(), Lifecycle::kOnDemand), 3);
  situation.unfilled_since.reset();
  situation.urgent = true;
  EXPECT_EQ(count(decide(), Lifecycle::kOnDemand), 3);
}

TEST_F(BuyerTest, leaves_on_demand_kinds_alone_that_aws_has_none_of) {
  policy.spot.types.clear();
  policy.launch.types = {"c6i.large", "m6i.large"};
  situation.pools.clear();
  situation.wanted = 2;
  situation.barred = {{"on-demand:c6i.large:a", kNow + 1h}, {"on-demand:c6i.large:b", kNow + 1h}};
  const FleetOrders second = decide();
  ASSERT_THAT(second.lots, SizeIs(2));
  EXPECT_EQ(second.lots[0].kind.type, "m6i.large");
  situation.barred["on-demand:m6i.large:a"] = kNow + 1h;
  situation.barred["on-demand:m6i.large:b"] = kNow + 1h;
  const FleetOrders none = decide();
  EXPECT_THAT(none.lots, IsEmpty());
  EXPECT_THAT(none.notes, ElementsAre(HasSubstr("no on-demand capacity")));
}

TEST_F(BuyerTest, gives_up_what_is_too_much_the_worst_first) {
  members(4, Lifecycle::kSpot);
  situation.book.members[2].score = 10;
  situation.book.members[0].score = 90;
  situation.wanted = 3;
  const FleetOrders ordered = decide();
  EXPECT_THAT(ordered.lots, IsEmpty());
  EXPECT_THAT(ordered.release, ElementsAre("i-2"));
  situation.frozen = true;
  EXPECT_THAT(decide().release, IsEmpty());
}

TEST_F(BuyerTest, an_older_version_goes_first) {
  members(3, Lifecycle::kSpot);
  for (int i = 0; i < 3; ++i) {
    situation.book.members[static_cast<std::size_t>(i)].kind.zone = "a";
    situation.book.members[static_cast<std::size_t>(i)].version =
        "lt-1 version " + std::to_string(9 + i);
  }
  situation.wanted = 2;
  EXPECT_THAT(decide().release, ElementsAre("i-0"));
}

TEST_F(BuyerTest, never_ends_what_it_did_not_launch) {
  members(4, Lifecycle::kSpot);
  for (FleetMember& one : situation.book.members) one.ours = false;
  situation.wanted = 2;
  const FleetOrders ordered = decide();
  EXPECT_THAT(ordered.release, IsEmpty());
  EXPECT_THAT(ordered.notes, ElementsAre(HasSubstr("2 more would be ended")));
}

TEST_F(BuyerTest, the_budget_cuts_what_is_bought_but_not_the_floor) {
  policy.min = 3;
  policy.budget.per_hour = 0.1;
  situation.allowance = 0.13;
  situation.wanted = 10;
  const FleetOrders ordered = decide();
  EXPECT_TRUE(ordered.over_budget);
  EXPECT_EQ(count(ordered, Lifecycle::kSpot), 4);  // 4 × 0.03
  situation.allowance = 0.01;
  EXPECT_EQ(count(decide(), Lifecycle::kSpot), 3);
}

TEST_F(BuyerTest, prices_that_rise_over_the_budget_shrink_the_fleet) {
  members(10, Lifecycle::kSpot);
  situation.wanted = 10;
  situation.allowance = 0.5;
  EXPECT_THAT(decide().release, IsEmpty());
  for (Pool& pool : situation.pools) pool.price *= 2;
  const FleetOrders ordered = decide();
  EXPECT_TRUE(ordered.over_budget);
  EXPECT_THAT(ordered.release, SizeIs(2));  // 0.5 / 0.06 = 8
}

TEST_F(BuyerTest, what_is_taken_back_is_drained_and_replaced_at_once) {
  members(4, Lifecycle::kSpot);
  situation.book.members[1].doomed = true;
  situation.book.doomed = {"i-1"};
  situation.pools[0].barred = true;
  situation.wanted = 4;
  const FleetOrders ordered = decide();
  EXPECT_THAT(ordered.release, ElementsAre("i-1"));
  EXPECT_EQ(count(ordered, Lifecycle::kSpot), 1);
  EXPECT_NE(to_string(ordered.lots[0].kind).find(":b"), std::string::npos);
}

TEST_F(BuyerTest, a_recommendation_launches_first) {
  members(4, Lifecycle::kSpot);
  situation.book.members[0].restless = true;
  situation.pools[0].barred = true;
  situation.wanted = 4;
  const FleetOrders ordered = decide();
  EXPECT_THAT(ordered.release, IsEmpty());
  ASSERT_THAT(ordered.lots, SizeIs(1));
  EXPECT_THAT(ordered.lots[0].in_place_of, ElementsAre("i-0"));
  // And what serves in its place sets it free.
  situation.book.members[0].replaced = true;
  member(Lifecycle::kSpot);
  situation.book.superseded = {"i-0"};
  EXPECT_THAT(decide().release, ElementsAre("i-0"));
}

TEST_F(BuyerTest, goes_back_to_spot_slowly) {
  policy.replace.at_most = 0.1;
  members(10, Lifecycle::kOnDemand);
  situation.wanted = 10;
  const FleetOrders ordered = decide();
  ASSERT_THAT(ordered.lots, SizeIs(1));
  EXPECT_EQ(ordered.lots[0].kind.lifecycle, Lifecycle::kSpot);
  EXPECT_THAT(ordered.lots[0].in_place_of, SizeIs(1));
  // Not while something is on its way.
  situation.book.pending = {{{Lifecycle::kSpot, "c6i.large", "a"}, 1}};
  situation.wanted = 11;
  EXPECT_THAT(decide().lots, IsEmpty());
}

TEST_F(BuyerTest, replaces_for_a_price_only_what_is_worth_it) {
  members(10, Lifecycle::kSpot);
  for (FleetMember& one : situation.book.members) one.kind.type = "m6i.large";
  situation.wanted = 10;
  // A quarter is saved.
  ASSERT_THAT(decide().lots, SizeIs(1));
  // Too little.
  policy.replace.saving_at_least = 0.3;
  EXPECT_THAT(decide().lots, IsEmpty());
  policy.replace.saving_at_least = 0.15;
  // A pool that takes back often: the saving doesn't last.
  policy.replace.saving_at_least = 0.01;
  for (Pool& pool : situation.pools) {
    if (pool.type == "c6i.large") pool.interrupted = 1;
  }
  EXPECT_THAT(decide().lots, IsEmpty());
  for (Pool& pool : situation.pools) pool.interrupted = 0.001;
  // Bought of late: not round in circles.
  for (FleetMember& one : situation.book.members) one.launched_at = kNow - 59min;
  EXPECT_THAT(decide().lots, IsEmpty());
  for (FleetMember& one : situation.book.members) one.launched_at = kNow - 5h;
  // Not at these hours.
  policy.replace.hours = {parse_hours("01:00-05:00").value()};
  EXPECT_THAT(decide().lots, IsEmpty());
  policy.replace.hours.clear();
  policy.replace.at_most = 0;
  EXPECT_THAT(decide().lots, IsEmpty());
}

TEST_F(BuyerTest, buys_no_more_of_what_never_serves) {
  members(3, Lifecycle::kSpot);
  for (FleetMember& one : situation.book.members) {
    one.serving = false;
    one.launched_at = kNow - 20min;
  }
  policy.min = 2;
  situation.wanted = 8;
  const FleetOrders ordered = decide();
  EXPECT_THAT(ordered.lots, IsEmpty());
  EXPECT_THAT(ordered.notes, ElementsAre(HasSubstr("none of the 3")));
  policy.min = 4;
  EXPECT_EQ(count(decide(), Lifecycle::kSpot), 1);
  // They may be booting still; or one of them does serve.
  situation.book.members[0].launched_at = kNow - 5min;
  EXPECT_EQ(count(decide(), Lifecycle::kSpot), 5);
  situation.book.members[0].launched_at = kNow - 20min;
  situation.book.members[0].serving = true;
  EXPECT_EQ(count(decide(), Lifecycle::kSpot), 5);
}

TEST_F(BuyerTest, members_of_other_kinds_count_and_go_first) {
  members(2, Lifecycle::kSpot);
  member(Lifecycle::kSpot, "t3.large", "c");
  situation.wanted = 3;
  policy.replace.at_most = 0;
  EXPECT_THAT(decide().lots, IsEmpty());
  situation.wanted = 2;
  EXPECT_THAT(decide().release, ElementsAre("i-2"));
}

// Whatever the situation: bounds, budget, floors and ownership hold.
TEST_F(BuyerTest, keeps_its_promises_in_random_situations) {
  std::mt19937_64 random(7);
  const auto pick = [&](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
  for (int round = 0; round < 4'000; ++round) {
    situation.book = {};
    policy.min = pick(4);
    policy.max = policy.min + pick(20);
    policy.on_demand.base = pick(3);
    policy.on_demand.percent = pick(100);
    policy.spot.pool_share_at_most = 0.2 + 0.1 * pick(8);
    situation.pools.resize(4);
    for (Pool& pool : situation.pools) {
      pool.price = 0.01 + 0.01 * pick(9);
      pool.barred = pick(3) == 0;
      pool.interrupted = 0.001 * pick(100);
    }
    const int there = pick(policy.max + 3);
    for (int i = 0; i < there; ++i) {
      FleetMember& one = member(pick(2) == 0 ? Lifecycle::kOnDemand : Lifecycle::kSpot,
                                pick(1) == 0 ? "c6i.large" : "m6i.large", pick(1) == 0 ? "a" : "b");
      one.ours = pick(4) != 0;
      one.serving = pick(4) != 0;
      one.restless = pick(9) == 0;
      one.leaving = pick(9) == 0;
      one.doomed = pick(9) == 0;
      if (one.doomed && one.ours && !one.leaving) situation.book.doomed.push_back(one.id);
    }
    if (pick(3) == 0) {
      situation.book.pending.push_back({{Lifecycle::kSpot, "c6i.large", "a"}, 1 + pick(3)});
    }
    situation.wanted = std::clamp(pick(25), policy.min, policy.max);
    situation.frozen = pick(4) == 0;
    situation.urgent = pick(1) == 0;
    situation.allowance = pick(2) == 0 ? std::optional(0.1 * pick(15)) : std::nullopt;
    const int owned = situation.book.owned();
    const FleetOrders ordered = decide();
    int bought = 0;
    double price = price_of(situation);
    for (const Lot& lot : ordered.lots) {
      EXPECT_GT(lot.count, 0);
      bought += lot.count;
      EXPECT_LE(lot.in_place_of.size(), static_cast<std::size_t>(lot.count));
      for (const Pool& pool : situation.pools) {
        if (lot.kind.lifecycle != Lifecycle::kSpot || lot.kind.type != pool.type ||
            lot.kind.zone != pool.zone) {
          continue;
        }
        EXPECT_FALSE(pool.barred);
        EXPECT_LT(pool.price, pool.on_demand_price * 0.9);
        price += lot.count * pool.price;
      }
      if (lot.kind.lifecycle != Lifecycle::kSpot) {
        price += lot.count * situation.on_demand.at(lot.kind.type);
      }
    }
    if (bought > 0) {
      EXPECT_LE(owned + bought, policy.max);
    }
    if (situation.allowance && owned + bought > policy.min && bought > 0) {
      EXPECT_LE(price, *situation.allowance + 1e-6);
    }
    int counted = 0;
    for (const std::string& id : ordered.release) {
      const auto found = std::ranges::find(situation.book.members, id, &FleetMember::id);
      ASSERT_NE(found, situation.book.members.end());
      EXPECT_TRUE(found->ours);
      EXPECT_FALSE(found->leaving);
      counted += found->counts() ? 1 : 0;
    }
    if (counted > 0) {
      EXPECT_GE(owned - counted, std::min(policy.min, situation.wanted));
    }
    if (situation.frozen && !ordered.over_budget) {
      EXPECT_EQ(counted, 0);
    }
  }
}

}  // namespace
}  // namespace livesonic::scaling
