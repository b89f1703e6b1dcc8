// SPDX-License-Identifier: Apache-2.0
// Days in the life of a fleet: what a policy does when load, prices, capacity, AWS and the clock do
// what they like. The promises of virtual_fleet.cpp are looked at in every minute of them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "tests/virtual_time/virtual_fleet.h"

namespace livesonic::virtual_time {
namespace {

using namespace std::chrono_literals;

// Sanitizers make everything several times slower.
constexpr int kHours = LIVESONIC_SANITIZED ? 9 : 24;

constexpr const char* kFleet =
    "through: fleet, max: 24, warmup: 3m, scale_in: { stable: 10m, drain: 0s },"
    " spot: { types: [c6i.large, m6i.large], pool_share_at_most: 40%, wait: 2m },"
    " launch: { template: fleet, zones: [ap-northeast-1a, ap-northeast-1c] }";

std::string fleet(int min = 2, const std::string& more = "") {
  return fmt::format("min: {}, {}{}{}", min, kFleet, more.empty() ? "" : ", ", more);
}

// From two instances' worth at three in the night to ten at three in the afternoon.
double day(double hour) {
  return 6 - 4 * std::cos((hour - 3) / 12 * std::numbers::pi);
}

TEST(FleetDays, a_day_goes_by_through_a_fleet) {
  VirtualFleet web("elb", 1, fleet());
  web.load = day;
  web.most = 24;
  web.minutes(60);  // from one to what is needed
  web.slow_minutes = 0;
  web.instance_hours = 0;
  int peak = 0;
  for (int minute = 60; minute < kHours * 60; ++minute) {
    web.minute();
    peak = std::max(peak, web.truth().living);
  }
  EXPECT_LE(web.slow_minutes, kHours * 60 / 50);
  EXPECT_GE(peak, LIVESONIC_SANITIZED ? 6 : 10);
  EXPECT_LT(web.instance_hours, 0.85 * peak * (kHours - 1)) << "of a fleet of the peak's size";
  EXPECT_GT(web.truth().spot, 0);
}

TEST(FleetDays, a_day_goes_by_through_a_group) {
  VirtualFleet web("asg", 4, "through: asg, min: 2, max: 8, warmup: 3m, scale_in: { stable: 10m }");
  web.load = [](double hour) { return day(hour) / 2; };
  web.minutes(60);
  web.slow_minutes = 0;
  int least = 100;
  int peak = 0;
  for (int minute = 60; minute < kHours * 60; ++minute) {
    web.minute();
    least = std::min(least, web.truth().living);
    peak = std::max(peak, web.truth().living);
  }
  EXPECT_LE(web.slow_minutes, kHours * 60 / 25);
  EXPECT_LE(peak, 8 + 1);  // one that ends is counted until it has
  EXPECT_GT(peak, least);
}

TEST(FleetDays, prices_that_rise_shrink_the_fleet_to_its_budget) {
  VirtualFleet web("elb", 1, fleet(2, "budget: { per_hour: 0.5 }"));
  web.load = [](double) { return 6.0; };
  web.minutes(30);
  const auto before = web.truth();
  EXPECT_GE(before.ours, 6);
  web.simulation().change([](simulator::World& world, Time now) {
    world.move_spot_prices({.type = "", .zone = "", .times = 1.9, .since = now}, now);
  });
  web.minutes(12);  // prices are asked for every five minutes
  web.most_per_hour = 0.5;
  web.minutes(30);
  EXPECT_LT(web.truth().ours, before.ours);
  EXPECT_GE(web.truth().living, 2);
  EXPECT_TRUE(web.plan().over_budget);
}

TEST(FleetDays, capacity_that_runs_out_everywhere_comes_back) {
  VirtualFleet web("elb", 1, fleet());
  web.load = [](double) { return 1.0; };
  web.minutes(20);
  web.simulation().change([](simulator::World& world, Time) { world.set_shortage({}); });
  web.load = [](double) { return 6.0; };
  web.minutes(40);
  const int during = web.truth().living;
  EXPECT_LT(during, 7);
  // Ever less often, and not each minute.
  EXPECT_LT(web.actions(ActionKind::kLaunch).size(), 60U);
  web.simulation().change([](simulator::World& world, Time) { world.set_shortage({}, true); });
  web.minutes(LIVESONIC_SANITIZED ? 90 : 180);
  EXPECT_GE(web.truth().in_service, 7);
}

TEST(FleetDays, a_storm_in_a_zone_is_survived_in_the_other) {
  VirtualFleet web("elb", 1, fleet(8));
  web.load = [](double) { return 4.0; };
  web.minutes(20);
  const auto before = web.truth();
  ASSERT_EQ(before.living, 8);
  ASSERT_EQ(before.by_zone.size(), 2U) << testing::PrintToString(web.plan().steps);
  const auto victims = web.ours_in("ap-northeast-1a");
  web.simulation().change([&](simulator::World& world, Time now) {
    for (const std::string& id : victims) ASSERT_TRUE(world.interrupt(id, now));
  });
  web.minutes(8);
  const auto after = web.truth();
  EXPECT_GE(after.living, 8);
  EXPECT_EQ(web.ours_in("ap-northeast-1a").size(), 0U) << "where it storms nothing is bought";
}

TEST(FleetDays, requests_alone_make_a_day_of_a_group_whose_scores_are_always_perfect) {
  VirtualFleet web("asg", 4,
                   "through: asg, min: 2, max: 8, warmup: 3m, scale_in: { stable: 10m },"
                   " requests_per_instance: 100/min");
  web.load = [](double) { return 0.0; };
  const auto needed = [](double hour) { return day(hour) / 2; };
  web.requests = [&](double hour) { return 100 * needed(hour); };
  web.minutes(60);
  int least = 100;
  int peak = 0;
  int short_of = 0;
  for (int minute = 60; minute < kHours * 60; ++minute) {
    web.minute();
    const int serving = web.truth().in_service;
    const double hour = std::chrono::duration<double, std::ratio<3600>>(
                            web.now() - std::chrono::floor<std::chrono::days>(web.now()))
                            .count();
    if (needed(hour) > serving) ++short_of;
    least = std::min(least, serving);
    peak = std::max(peak, serving);
  }
  EXPECT_LE(short_of, kHours * 60 / 25);
  EXPECT_GE(peak, LIVESONIC_SANITIZED ? 3 : 5);
  EXPECT_LT(least, peak);
  ASSERT_TRUE(web.plan().requests);
  EXPECT_EQ(web.plan().requests->missing, "");
}

TEST(FleetDays, requests_that_rise_launch_and_those_that_nobody_can_count_end_nothing) {
  VirtualFleet web("elb", 1, fleet(2, "requests_per_instance: 100"));
  web.load = [](double) { return 0.0; };
  web.requests = [](double) { return 150.0; };
  web.simulation().change([](simulator::World& world, Time now) {
    ASSERT_TRUE(simulator::impose_requests(world, "web-elb", {now - 24h * 15, 150}));
  });
  web.minutes(20);
  EXPECT_LE(web.truth().living, 3);
  web.requests = [](double) { return 800.0; };
  web.minutes(12);
  EXPECT_GE(web.truth().in_service, 8);
  const int before = web.truth().living;
  web.simulation().change([](simulator::World& world, Time) {
    simulator::AwsFault fault;
    fault.kind = simulator::AwsFaultKind::kDeny;
    fault.calls = 1'000'000;
    fault.service = "monitoring";
    world.add_aws_fault(std::move(fault));
  });
  web.requests = [](double) { return 10.0; };
  web.minutes(40);
  EXPECT_EQ(web.truth().living, before);
  EXPECT_TRUE(web.plan().frozen);
  EXPECT_NE(web.plan().reason.find("cloudwatch:GetMetricData"), std::string::npos)
      << web.plan().reason;
  web.simulation().change([](simulator::World& world, Time) { world.clear_aws_faults(); });
  web.minutes(60);
  EXPECT_LT(web.truth().living, before);
}

TEST(FleetDays, a_restart_knows_the_requests_of_before) {
  VirtualFleet web("elb", 1, fleet(2, "requests_per_instance: 100"));
  web.load = [](double) { return 0.0; };
  web.requests = [](double) { return 500.0; };
  web.minutes(180);
  web.restart();
  web.minutes(1);
  EXPECT_EQ(web.plan().reason.find("while too little is known"), std::string::npos)
      << web.plan().reason;
}

TEST(FleetDays, stale_readings_end_nothing) {
  VirtualFleet web("elb", 1, fleet());
  web.load = [](double) { return 8.0; };
  web.minutes(40);
  const int before = web.truth().living;
  web.hosts_answer = false;
  web.load = [](double) { return 0.1; };
  web.minutes(40);
  EXPECT_EQ(web.truth().living, before);
  EXPECT_TRUE(web.plan().frozen);
}

TEST(FleetDays, an_aws_that_throttles_for_an_hour_loses_nothing) {
  VirtualFleet web("elb", 1, fleet());
  web.load = [](double) { return 4.0; };
  web.minutes(30);
  const int before = web.truth().living;
  web.simulation().change([&](simulator::World& world, Time now) {
    simulator::AwsFault fault;
    fault.kind = simulator::AwsFaultKind::kThrottle;
    fault.calls = 1'000'000;
    fault.until = now + 1h;
    world.add_aws_fault(std::move(fault));
  });
  web.load = [](double) { return 9.0; };
  web.minutes(LIVESONIC_SANITIZED ? 20 : 60);
  EXPECT_EQ(web.truth().living, before);
  web.simulation().change([](simulator::World& world, Time) { world.clear_aws_faults(); });
  web.minutes(40);
  EXPECT_GE(web.truth().in_service, 9);
}

TEST(FleetDays, a_clock_that_is_wrong_ends_nothing_and_launches_no_crowd) {
  for (const Duration by : {Duration{2h}, Duration{-2h}}) {
    VirtualFleet web("elb", 1, fleet());
    web.load = [](double) { return 4.0; };
    web.minutes(30);
    const int before = web.truth().living;
    web.set_clock_wrong_by(by);
    web.minutes(20);
    EXPECT_NEAR(web.truth().living, before, 2);
    web.set_clock_wrong_by(0s);
    web.minutes(20);
    EXPECT_NEAR(web.truth().living, before, 2);
  }
}

TEST(FleetDays, restarts_at_any_minute_change_nothing) {
  VirtualFleet web("elb", 1, fleet());
  web.most = 24;
  std::mt19937 random(7);
  double wanted = 3;
  web.load = [&](double) { return wanted; };
  for (int i = 0; i < (LIVESONIC_SANITIZED ? 40 : 120); ++i) {
    wanted = std::clamp(wanted + std::uniform_real_distribution<double>(-2, 2)(random), 1.0, 12.0);
    web.minute();
    if (random() % 3 == 0) web.restart();
  }
  EXPECT_GE(web.truth().living, 2);
}

}  // namespace
}  // namespace livesonic::virtual_time
