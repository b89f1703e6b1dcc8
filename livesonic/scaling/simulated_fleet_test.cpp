// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/simulated_fleet.h"

#include <gtest/gtest.h>

#include <random>
#include <utility>
#include <vector>

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;

constexpr double kPrice = 0.6;  // a cent a minute

Pool pool(const char* zone, double price) {
  return {.type = "m6i.large",
          .zone = zone,
          .price = price,
          .on_demand_price = kPrice,
          .interrupted = 0,
          .barred = false};
}

// A fleet and what it needs to outlive it.
class Fleet {
 public:
  explicit Fleet(const ScalingPolicy& policy, Market market = {}, int instances = 1)
      : policy_(policy),
        market_(std::move(market)),
        fleet_(policy_, market_, kPrice, false, instances) {}
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;
  ~Fleet() = default;

  // Minutes in each of which there should be `total`.
  void minutes(int many, int total, bool urgent = false) {
    for (int i = 0; i < many; ++i) {
      fleet_.begin_minute();
      fleet_.resize(total, bounds_, urgent);
      fleet_.end_minute();
    }
  }

  SimulatedFleet* operator->() { return &fleet_; }
  Bounds bounds_;

 private:
  ScalingPolicy policy_;
  Market market_;
  SimulatedFleet fleet_;
};

ScalingPolicy booting(Duration warmup, Duration drain = 0s) {
  ScalingPolicy policy;
  policy.warmup = warmup;
  policy.scale_in.drain = drain;
  policy.spot.types = {"m6i.large"};
  return policy;
}

// Had in the minutes of the ones.
Market market(std::vector<Pool> pools, std::vector<bool> had) {
  return {.pools = std::move(pools),
          .availability = Availability{.step = 1min, .had = std::move(had)}};
}

std::vector<bool> but_not_in(int minutes, int begin, int end) {
  std::vector<bool> had(static_cast<std::size_t>(minutes), true);
  for (int i = begin; i < end; ++i) had[static_cast<std::size_t>(i)] = false;
  return had;
}

TEST(SimulatedFleet, serves_from_when_it_has_booted) {
  Fleet fleet(booting(3min));
  fleet.minutes(1, 3);
  EXPECT_EQ(fleet->owned(), 3);
  EXPECT_EQ(fleet->serving(), 1);
  fleet.minutes(2, 3);
  EXPECT_EQ(fleet->serving(), 1);
  fleet->begin_minute();
  EXPECT_EQ(fleet->serving(), 3);
}

TEST(SimulatedFleet, a_part_of_a_minute_is_a_minute_and_none_is_none) {
  Fleet slow(booting(61s));
  slow.minutes(2, 2);
  EXPECT_EQ(slow->serving(), 1);
  slow.minutes(1, 2);
  EXPECT_EQ(slow->serving(), 2);
  Fleet quick(booting(0s));
  quick.minutes(1, 2);
  EXPECT_EQ(quick->serving(), 2);
}

TEST(SimulatedFleet, every_minute_is_paid_from_launch_until_it_has_drained) {
  Fleet fleet(booting(3min, 90s));
  fleet.minutes(10, 2);
  fleet.minutes(5, 1);
  const FleetRecord& record = fleet->record();
  // The first one for fifteen minutes, the second for three to boot, seven to serve, 1.5 to drain.
  EXPECT_NEAR(record.bill.on_demand, (15 + 7) * 0.01, 1e-9);
  EXPECT_NEAR(record.bill.booting, 3 * 0.01, 1e-9);
  EXPECT_NEAR(record.bill.draining, 1.5 * 0.01, 1e-9);
  EXPECT_EQ(record.bill.spot, 0);
  EXPECT_NEAR(record.instance_minutes, 15 + 3 + 7 + 1.5, 1e-9);
  EXPECT_EQ(record.launches, 1);
  EXPECT_EQ(record.ends, 1);
  EXPECT_EQ(record.changes, 2);
}

TEST(SimulatedFleet, one_that_boots_is_ended_first_and_does_not_drain) {
  Fleet fleet(booting(5min, 90s));
  fleet.minutes(1, 2);
  fleet.minutes(9, 1);
  EXPECT_EQ(fleet->serving(), 1);
  EXPECT_EQ(fleet->owned(), 1);
  EXPECT_EQ(fleet->record().bill.draining, 0);
  EXPECT_NEAR(fleet->record().bill.booting, 0.01, 1e-9);
}

TEST(SimulatedFleet, a_new_record_begins_with_nothing) {
  Fleet fleet(booting(1min));
  fleet.minutes(5, 3);
  fleet->forget_record();
  EXPECT_EQ(fleet->record().bill.sum(), 0);
  EXPECT_EQ(fleet->owned(), 3);
}

TEST(SimulatedFleet, on_demand_only_what_is_spent_is_the_price_of_its_minutes) {
  std::mt19937 generator(18);
  for (int round = 0; round < 20; ++round) {
    Fleet fleet(
        booting(std::chrono::seconds{generator() % 600}, std::chrono::seconds{generator() % 600}));
    int serving_minutes = 0;
    for (int minute = 0; minute < 500; ++minute) {
      const int total = static_cast<int>(generator() % 20);
      fleet.minutes(1, total);
      ASSERT_EQ(fleet->owned(), total);
      ASSERT_LE(fleet->serving(), 20);
      ASSERT_GE(fleet->serving(), 0);
      ASSERT_NEAR(fleet->hourly_price(), total * kPrice, 1e-9);
      serving_minutes += fleet->serving();
    }
    const FleetRecord& record = fleet->record();
    EXPECT_NEAR(record.bill.sum(), record.instance_minutes * kPrice / 60, 1e-6);
    EXPECT_NEAR(record.bill.on_demand, serving_minutes * kPrice / 60, 1e-6);
    EXPECT_EQ(1 + record.launches - record.ends, fleet->owned());
  }
}

TEST(SimulatedFleet, spot_is_bought_at_its_price) {
  Fleet fleet(booting(0s), {.pools = {pool("a", 0.12)}, .availability = std::nullopt}, 0);
  fleet.minutes(10, 5);
  EXPECT_NEAR(fleet->record().bill.spot, 10 * 5 * 0.12 / 60, 1e-9);
  EXPECT_EQ(fleet->record().bill.on_demand, 0);
  EXPECT_NEAR(fleet->hourly_price(), 0.6, 1e-9);
}

TEST(SimulatedFleet, a_reclaimed_instance_serves_two_minutes_and_is_replaced_meanwhile) {
  ScalingPolicy policy = booting(3min);
  policy.spot.wait = 0s;
  Fleet fleet(policy, market({pool("a", 0.12)}, but_not_in(1000, 10, 12)), 0);
  fleet.minutes(10, 4);
  EXPECT_EQ(fleet->serving(), 4);
  fleet->begin_minute();  // the pool is gone
  EXPECT_EQ(fleet->owned(), 0);
  EXPECT_EQ(fleet->serving(), 4);
  EXPECT_EQ(fleet->record().interruptions, 4);
  EXPECT_EQ(fleet->reclaimed_lately(), 0);
  fleet->resize(4, fleet.bounds_, false);
  EXPECT_EQ(fleet->owned(), 4);
  fleet->end_minute();
  fleet.minutes(1, 4);
  EXPECT_EQ(fleet->serving(), 4);
  fleet.minutes(1, 4);
  EXPECT_EQ(fleet->serving(), 0);
  EXPECT_EQ(fleet->reclaimed_lately(), 4);
  fleet.minutes(1, 4);
  EXPECT_EQ(fleet->serving(), 4);  // on-demand now
  fleet.minutes(2, 4);
  EXPECT_EQ(fleet->reclaimed_lately(), 0);
}

TEST(SimulatedFleet, one_that_boots_is_reclaimed_at_once) {
  ScalingPolicy policy = booting(10min);
  policy.spot.wait = 1h;
  Fleet fleet(policy, market({pool("a", 0.12)}, but_not_in(1000, 5, 6)), 0);
  fleet.minutes(6, 4);
  EXPECT_EQ(fleet->owned(), 0);
  EXPECT_EQ(fleet->record().interruptions, 4);
  EXPECT_NEAR(fleet->record().bill.sum(), 5 * 4 * 0.12 / 60, 1e-9);
}

TEST(SimulatedFleet, on_demand_is_bought_after_the_wait_or_at_once_if_it_is_urgent) {
  ScalingPolicy policy = booting(0s);
  policy.spot.wait = 5min;
  const Market closed = market({pool("a", 0.12)}, std::vector<bool>(10, false));
  Fleet patient(policy, closed, 1);
  patient.minutes(5, 3);
  EXPECT_EQ(patient->owned(), 1);
  patient.minutes(1, 3);
  EXPECT_EQ(patient->owned(), 3);
  EXPECT_GT(patient->record().bill.on_demand, 0);
  Fleet urgent(policy, closed, 1);
  urgent.minutes(1, 3, true);
  EXPECT_EQ(urgent->owned(), 3);
}

TEST(SimulatedFleet, the_wait_begins_anew_when_nothing_is_missing_any_more) {
  ScalingPolicy policy = booting(0s);
  policy.spot.wait = 5min;
  Fleet fleet(policy, market({pool("a", 0.12)}, std::vector<bool>(10, false)), 1);
  fleet.minutes(4, 3);
  fleet.minutes(1, 1);
  fleet.minutes(5, 3);
  EXPECT_EQ(fleet->owned(), 1);
  fleet.minutes(1, 3);
  EXPECT_EQ(fleet->owned(), 3);
}

TEST(SimulatedFleet, what_was_bought_on_demand_goes_back_to_spot_step_by_step) {
  ScalingPolicy policy = booting(3min, 60s);
  policy.on_demand.base = 2;
  Fleet fleet(policy, {.pools = {pool("a", 0.12)}, .availability = std::nullopt}, 10);
  for (int minute = 0; minute < 200; ++minute) {
    fleet.minutes(1, 10);
    ASSERT_EQ(fleet->owned(), 10) << minute;
    ASSERT_EQ(fleet->serving(), 10) << minute;
  }
  EXPECT_NEAR(fleet->hourly_price(), 2 * kPrice + 8 * 0.12, 1e-9);
  EXPECT_EQ(fleet->record().launches, 8);
  EXPECT_EQ(fleet->record().ends, 8);
  EXPECT_EQ(fleet->record().interruptions, 0);
}

TEST(SimulatedFleet, a_pool_that_has_reclaimed_is_left_alone_for_an_hour_then_for_two) {
  ScalingPolicy policy = booting(0s);
  policy.spot.wait = 0s;
  std::vector<bool> had = but_not_in(1000, 10, 11);
  Fleet fleet(policy, market({pool("a", 0.12)}, had), 0);
  fleet.minutes(11, 4);
  EXPECT_NEAR(fleet->hourly_price(), 4 * kPrice, 1e-9);
  fleet.minutes(59, 4);
  EXPECT_NEAR(fleet->hourly_price(), 4 * kPrice, 1e-9);
  fleet.minutes(200, 4);
  EXPECT_NEAR(fleet->hourly_price(), 4 * 0.12, 1e-9);
}

TEST(SimulatedFleet, all_on_demand_is_all_on_demand) {
  const ScalingPolicy policy = booting(0s);
  const Market cheap{.pools = {pool("a", 0.01)}, .availability = std::nullopt};
  SimulatedFleet fleet(policy, cheap, kPrice, true, 0);
  for (int minute = 0; minute < 30; ++minute) {
    fleet.begin_minute();
    fleet.resize(5, {}, false);
    fleet.end_minute();
  }
  EXPECT_EQ(fleet.record().bill.spot, 0);
  EXPECT_NEAR(fleet.record().bill.on_demand, 30 * 5 * 0.01, 1e-9);
}

// No instance comes from nowhere and none is lost, whatever the market does.
TEST(SimulatedFleet, every_launch_is_ended_or_still_there) {
  std::mt19937 generator(19);
  const auto below = [&](unsigned end) { return static_cast<int>(generator() % end); };
  for (int round = 0; round < 300; ++round) {
    ScalingPolicy policy = booting(std::chrono::minutes{below(15)}, std::chrono::minutes{below(5)});
    policy.on_demand = {.base = below(4), .percent = static_cast<double>(below(60))};
    policy.spot.pool_share_at_most = 0.2 + below(80) / 100.0;
    policy.spot.wait = std::chrono::minutes{below(10)};
    std::vector<Pool> pools;
    for (int i = 0; i <= below(4); ++i) pools.push_back(pool("a", 0.1 + below(50) / 100.0));
    std::vector<bool> had;
    for (bool now = true; had.size() < 400; now = !now) {
      had.insert(had.end(), static_cast<std::size_t>(1 + below(now ? 80 : 20)), now);
    }
    const int first = below(10);
    Fleet fleet(policy, market(pools, had), first);
    int total = first;
    double paid = 0;
    for (int minute = 0; minute < 600; ++minute) {
      if (below(5) == 0) total = below(30);
      fleet.minutes(1, total, below(4) == 0);
      const FleetRecord& record = fleet->record();
      // Beyond those that are owned there are at most a tenth, that boot to take a place.
      const int swapping = first + record.launches - record.ends - fleet->owned();
      ASSERT_TRUE(swapping >= 0 && swapping <= 3)
          << swapping << " in round " << round << ", minute " << minute;
      ASSERT_LE(fleet->owned(), total);
      ASSERT_GE(fleet->serving(), 0);
      ASSERT_GE(record.bill.sum(), paid);
      paid = record.bill.sum();
    }
  }
}

}  // namespace
}  // namespace livesonic::scaling
