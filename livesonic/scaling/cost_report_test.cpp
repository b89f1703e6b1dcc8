// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/cost_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "livesonic/base/time_text.h"

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const Time kBegin = parse_iso8601("2026-03-01T00:00:00Z").value();

CostLine cost_line(int hour, Lifecycle lifecycle, const std::string& type, Duration ran,
                   double usd) {
  return {"web", kBegin + hour * 1h, lifecycle, type, ran, 0ms, usd};
}

PriceOfType prices(std::map<std::string, double> known) {
  return [known = std::move(known)](const std::string& type) {
    const auto found = known.find(type);
    return found == known.end() ? std::nullopt : std::optional(found->second);
  };
}

const Saving* find(const CostReport& report, const std::string& what) {
  for (const Saving& saving : report.savings) {
    if (saving.what == what) return &saving;
  }
  return nullptr;
}

// Two days of ten members at 0.1 USD an hour, each with a score of 80 for 23 hours of a day, and of
// 60 for one: at a target of 50 that is a load of 4 members, and of 8.
CostFacts two_days() {
  CostFacts facts;
  facts.cluster = "web";
  for (int hour = 0; hour < 48; ++hour) {
    facts.lines.push_back(cost_line(hour, Lifecycle::kOnDemand, "m6i.large", 10h, 1));
    for (int minute = 0; minute < 60; ++minute) {
      ClusterPoint point;
      point.at = kBegin + hour * 1h + minute * 1min;
      point.mean = hour % 24 == 12 ? 60 : 80;
      point.members = 10;
      point.count = 10;
      facts.points.push_back(point);
    }
  }
  return facts;
}

TEST(CostReport, sums_by_lifecycle_and_type_the_dearest_first) {
  CostFacts facts;
  facts.cluster = "web";
  facts.lines = {cost_line(0, Lifecycle::kOnDemand, "m6i.large", 30min, 0.05),
                 cost_line(0, Lifecycle::kSpot, "m6i.large", 1h, 0.03),
                 cost_line(1, Lifecycle::kOnDemand, "m6i.large", 1h, 0.1),
                 cost_line(1, Lifecycle::kOnDemand, "odd.large", 2h, 0)};
  facts.lines.back().unpriced = 2h;
  const CostReport report = cost_report(facts);
  EXPECT_NEAR(report.usd, 0.18, 1e-12);
  EXPECT_EQ(report.ran, 4h + 30min);
  EXPECT_EQ(report.unpriced, 2h);
  ASSERT_EQ(report.types.size(), 3U);
  EXPECT_EQ(report.types[0].type, "m6i.large");
  EXPECT_NEAR(report.types[0].usd, 0.15, 1e-12);
  EXPECT_EQ(report.types[0].ran, 90min);
  EXPECT_EQ(report.types[1].lifecycle, Lifecycle::kSpot);
  const auto json = to_json(report);
  EXPECT_EQ(json["cluster"], "web");
  EXPECT_EQ(json["instance_hours"], 4.5);
  EXPECT_EQ(json["lines"][1]["lifecycle"], "spot");
  EXPECT_EQ(json["lines"][1]["usd"], 0.03);
  // What nobody knows the price of is not free.
  EXPECT_EQ(json["lines"][2]["type"], "odd.large");
  EXPECT_TRUE(json["lines"][2]["usd"].is_null());
  EXPECT_EQ(json["lines"][2]["unpriced_hours"], 2);
}

TEST(CostReport, of_nothing_is_empty) {
  const CostReport report = cost_report({});
  EXPECT_TRUE(report.savings.empty());
  EXPECT_EQ(to_json(report)["usd"], 0);
  EXPECT_TRUE(to_json(report)["lines"].empty());
}

TEST(CostReport, spot_saves_the_difference_of_the_on_demand_hours) {
  CostFacts facts;
  facts.lines = {cost_line(0, Lifecycle::kOnDemand, "m6i.large", 100h, 12),
                 cost_line(0, Lifecycle::kSpot, "m6i.large", 50h, 2),
                 cost_line(0, Lifecycle::kOnDemand, "c6i.large", 10h, 1),
                 cost_line(0, Lifecycle::kOnDemand, "r6i.large", 10h, 1)};
  facts.spot = prices({{"m6i.large", 0.04}, {"r6i.large", 0.11}});
  const CostReport report = cost_report(facts);
  // 12 - 100 * 0.04. Nothing is known of c6i, and r6i would be dearer.
  const Saving* spot = find(report, "spot");
  ASSERT_NE(spot, nullptr);
  EXPECT_NEAR(spot->usd, 8, 1e-9);
  EXPECT_THAT(spot->how, HasSubstr("100.0 on-demand hours of m6i.large were 12.00 USD and would be "
                                   "4.00"));
  EXPECT_THAT(spot->how, HasSubstr("notice"));
}

TEST(CostReport, another_type_saves_by_its_price_and_graviton_needs_an_image) {
  CostFacts facts;
  facts.lines = {cost_line(0, Lifecycle::kOnDemand, "m6i.large", 100h, 10),
                 cost_line(0, Lifecycle::kSpot, "m6i.large", 100h, 4),
                 cost_line(0, Lifecycle::kOnDemand, "zz9.large", 100h, 10)};
  facts.on_demand = prices({{"m6i.large", 0.1}, {"m6a.large", 0.09}, {"m6gd.large", 0.08}});
  // There is no m6g in this region, and nothing is known of zz9.
  const CostReport report = cost_report(facts);
  const Saving* type = find(report, "type");
  ASSERT_NE(type, nullptr);
  EXPECT_NEAR(type->usd, 1, 1e-9);
  EXPECT_THAT(type->how, HasSubstr("100.0 on-demand hours of m6i.large on m6a.large, at 0.0900 "
                                   "instead of 0.1000 USD"));
  const Saving* arm = find(report, "arm64");
  ASSERT_NE(arm, nullptr);
  EXPECT_NEAR(arm->usd, 2, 1e-9);
  EXPECT_THAT(arm->how, HasSubstr("arm64 image"));
  EXPECT_EQ(report.savings[0].what, "arm64");
}

TEST(CostReport, another_type_is_not_claimed_where_its_price_is_unknown_or_higher_here) {
  CostFacts facts;
  facts.lines = {cost_line(0, Lifecycle::kOnDemand, "m6i.large", 100h, 10)};
  facts.on_demand = prices({{"m6i.large", 0.1}, {"m6g.large", 0.11}});
  EXPECT_TRUE(cost_report(facts).savings.empty());
}

TEST(CostReport, a_fleet_for_all_but_the_busiest_hundredth_is_the_right_size) {
  const CostReport report = cost_report(two_days());
  EXPECT_NEAR(report.usd, 48, 1e-9);
  // A load of 8 in a 24th of the time: 8 of the 10 members are needed.
  const Saving* size = find(report, "right_size");
  ASSERT_NE(size, nullptr);
  EXPECT_NEAR(size->usd, 48 * 0.2, 1e-9);
  EXPECT_THAT(size->how, HasSubstr("10.0 members ran in the mean, and the load was 4.2 members' "
                                   "worth at a score of 50: 8 throughout"));
}

TEST(CostReport, the_right_size_is_never_below_the_floor) {
  CostFacts facts = two_days();
  for (ClusterPoint& point : facts.points) point.mean = 100;
  EXPECT_NEAR(find(cost_report(facts), "right_size")->usd, 48 * 0.8, 1e-9);  // two of ten
  facts.policy = ScalingPolicy{};
  facts.policy->min = 7;
  EXPECT_NEAR(find(cost_report(facts), "right_size")->usd, 48 * 0.3, 1e-9);
  facts.policy->min = 10;
  EXPECT_EQ(find(cost_report(facts), "right_size"), nullptr);
}

TEST(CostReport, a_policy_follows_the_load) {
  CostFacts facts = two_days();
  const CostReport defaults = cost_report(facts);
  const Saving* policy = find(defaults, "policy");
  ASSERT_NE(policy, nullptr);
  // The load alone would be 4.2 of 10 instances.
  EXPECT_GT(policy->usd, 48 * 0.2);
  EXPECT_LT(policy->usd, 48 * 0.58);
  EXPECT_THAT(policy->how, HasSubstr("a policy with the defaults and a floor of 2"));
  EXPECT_THAT(policy->how, HasSubstr("instead of 480.0 instance hours"));

  facts.policy = ScalingPolicy{};
  facts.policy->min = 9;
  facts.policy->max = 9;
  const CostReport own = cost_report(facts);
  policy = find(own, "policy");
  ASSERT_NE(policy, nullptr);
  EXPECT_NEAR(policy->usd, 4.8, 0.1);  // nine of ten
  EXPECT_THAT(policy->how, HasSubstr("the cluster's policy would have run"));

  facts.policy->min = 12;
  facts.policy->max = 12;
  EXPECT_EQ(find(cost_report(facts), "policy"), nullptr);
}

TEST(CostReport, a_load_of_less_than_a_day_says_nothing) {
  CostFacts facts = two_days();
  facts.points.resize(23 * 60);
  EXPECT_TRUE(cost_report(facts).savings.empty());
}

TEST(CostReport, only_the_time_that_was_billed_counts) {
  // The history is of two days, the bill of the first twelve hours.
  CostFacts facts = two_days();
  facts.lines.resize(12);
  EXPECT_TRUE(cost_report(facts).savings.empty());
  // And the other way round: what was paid before there was a history is in no saving.
  facts = two_days();
  facts.points.erase(facts.points.begin(), facts.points.begin() + 23 * 60);
  EXPECT_NEAR(find(cost_report(facts), "right_size")->usd, 25 * 0.2, 1e-9);
}

TEST(CostReport, less_than_a_cent_is_no_saving) {
  CostFacts facts;
  facts.lines = {cost_line(0, Lifecycle::kOnDemand, "m6i.large", 6min, 0.01)};
  facts.spot = prices({{"m6i.large", 0.04}});
  EXPECT_TRUE(cost_report(facts).savings.empty());
}

}  // namespace
}  // namespace livesonic::scaling
