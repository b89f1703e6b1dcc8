// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/instant_fleet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "simulator/world/prices.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Time kNow{std::chrono::hours{500'000}};

class InstantFleet : public testing::Test {
 protected:
  InstantFleet() {
    TemplateVersion version;
    version.image = "ami-0c3fd0f5d33134a76";
    version.type = "m6i.large";
    template_ = *add_template(world_, "web-template", version, kNow);
  }

  FleetPool pool(const std::string& type, const std::string& zone = "ap-northeast-1a") {
    FleetPool made;
    made.launch_template = template_;
    made.type = type;
    made.zone = zone;
    return made;
  }
  FleetRequest request(std::vector<FleetPool> pools, int spot, int on_demand) {
    FleetRequest made;
    made.pools = std::move(pools);
    made.spot.target = spot;
    made.on_demand.target = on_demand;
    return made;
  }
  static int count(const FleetOutcome& outcome, bool spot) {
    int sum = 0;
    for (const FleetLaunch& launch : outcome.launched) {
      if (launch.spot == spot) sum += static_cast<int>(launch.ids.size());
    }
    return sum;
  }

  World world_{7, "ap-northeast-1", std::chrono::hours{9}, Pace{}};
  std::string template_;
};

TEST_F(InstantFleet, spot_and_on_demand_are_launched_as_asked) {
  const auto outcome = launch_fleet(world_, request({pool("c6i.large")}, 3, 2), kNow);
  EXPECT_EQ(count(outcome, true), 3);
  EXPECT_EQ(count(outcome, false), 2);
  EXPECT_THAT(outcome.failed, IsEmpty());
  const Instance* one = world_.find(outcome.launched[0].ids[0], kNow);
  EXPECT_EQ(one->type, "c6i.large");
  EXPECT_TRUE(one->spot);
  EXPECT_EQ(one->image_id, "ami-0c3fd0f5d33134a76");
  EXPECT_EQ(one->tags.at("aws:ec2:fleet-id"), outcome.id);
}

TEST_F(InstantFleet, the_cheapest_goes_first) {
  const auto outcome =
      launch_fleet(world_, request({pool("c6i.xlarge"), pool("c6i.large")}, 0, 2), kNow);
  ASSERT_THAT(outcome.launched, SizeIs(1));
  EXPECT_EQ(outcome.launched[0].type, "c6i.large");
}

TEST_F(InstantFleet, priorities_decide_where_they_are_to) {
  auto wanted = request({pool("c6i.large"), pool("c6i.xlarge")}, 0, 1);
  wanted.on_demand.strategy = "prioritized";
  wanted.pools[0].priority = 2;
  wanted.pools[1].priority = 1;
  EXPECT_EQ(launch_fleet(world_, wanted, kNow).launched[0].type, "c6i.xlarge");
}

TEST_F(InstantFleet, where_a_pool_is_short_the_next_fills_in_and_the_error_is_told) {
  world_.set_shortage({"c6i.large", "ap-northeast-1a", "", 1});
  const auto outcome =
      launch_fleet(world_, request({pool("c6i.large"), pool("c6i.xlarge")}, 0, 3), kNow);
  ASSERT_THAT(outcome.launched, SizeIs(2));
  EXPECT_THAT(outcome.launched[0].ids, SizeIs(1));
  EXPECT_THAT(outcome.launched[1].ids, SizeIs(2));
  ASSERT_THAT(outcome.failed, SizeIs(1));
  EXPECT_EQ(outcome.failed[0].code, "InsufficientInstanceCapacity");
  EXPECT_THAT(outcome.failed[0].message, HasSubstr("c6i.large"));
}

TEST_F(InstantFleet, what_cannot_be_had_is_not_launched_and_no_error_of_the_call) {
  world_.set_shortage({"", "", "spot", 2});
  const auto outcome = launch_fleet(world_, request({pool("c6i.large")}, 5, 1), kNow);
  EXPECT_EQ(count(outcome, true), 2);
  EXPECT_EQ(count(outcome, false), 1);
  EXPECT_THAT(outcome.failed, SizeIs(1));
}

TEST_F(InstantFleet, less_than_the_least_is_nothing) {
  world_.set_shortage({"", "", "spot", 2});
  auto wanted = request({pool("c6i.large")}, 5, 0);
  wanted.spot.least = 3;
  EXPECT_THAT(launch_fleet(world_, wanted, kNow).launched, IsEmpty());
}

TEST_F(InstantFleet, a_price_below_the_markets_is_an_error) {
  auto wanted = request({pool("c6i.large")}, 1, 0);
  wanted.pools[0].max_price = 0.001;
  const auto outcome = launch_fleet(world_, wanted, kNow);
  EXPECT_THAT(outcome.launched, IsEmpty());
  EXPECT_EQ(outcome.failed.at(0).code, "SpotMaxPriceTooLow");
}

TEST_F(InstantFleet, the_money_for_all_limits_how_many) {
  auto wanted = request({pool("c6i.large")}, 0, 5);
  wanted.on_demand.total_price = 2.5 * on_demand_price("c6i.large");
  EXPECT_EQ(count(launch_fleet(world_, wanted, kNow), false), 2);
}

TEST_F(InstantFleet, a_heavy_instance_counts_more) {
  auto wanted = request({pool("c6i.xlarge")}, 0, 5);
  wanted.pools[0].weight = 2;
  EXPECT_EQ(count(launch_fleet(world_, wanted, kNow), false), 3);
}

TEST_F(InstantFleet, a_featherweight_has_its_limits) {
  auto wanted = request({pool("c6i.xlarge")}, 0, 1);
  wanted.pools[0].weight = 1e-300;
  world_.set_shortage({"", "", "", 3});
  EXPECT_EQ(count(launch_fleet(world_, wanted, kNow), false), 3);
}

TEST_F(InstantFleet, diversified_is_spread_over_the_pools) {
  auto wanted = request({pool("c6i.large", "ap-northeast-1a"), pool("c6i.large", "ap-northeast-1c"),
                         pool("m6i.large", "ap-northeast-1a")},
                        6, 0);
  wanted.spot.strategy = "diversified";
  const auto outcome = launch_fleet(world_, wanted, kNow);
  ASSERT_THAT(outcome.launched, SizeIs(3));
  for (const FleetLaunch& launch : outcome.launched) EXPECT_THAT(launch.ids, SizeIs(2));
}

TEST_F(InstantFleet, a_token_seen_before_launches_nothing_more) {
  auto wanted = request({pool("c6i.large")}, 0, 2);
  wanted.token = "once";
  const auto first = launch_fleet(world_, wanted, kNow);
  const auto second = launch_fleet(world_, wanted, kNow);
  EXPECT_EQ(first.id, second.id);
  EXPECT_EQ(first.launched[0].ids, second.launched[0].ids);
  EXPECT_THAT(world_.instances(kNow), SizeIs(2));
}

}  // namespace
}  // namespace livesonic::simulator
