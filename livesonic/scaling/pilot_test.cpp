// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/pilot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "livesonic/scaling/history.h"

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr Time kNoon{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + 12h};

ScalingPolicy policy_of(int min, int max) {
  ScalingPolicy policy;
  policy.min = min;
  policy.max = max;
  return policy;
}

Situation of(Time now, int fresh, int score, int stale = 0) {
  Situation situation;
  situation.now = now;
  for (int i = 0; i < fresh; ++i) situation.members.push_back({.serving = true, .score = score});
  for (int i = 0; i < stale; ++i) situation.members.push_back({.serving = true, .score = {}});
  return situation;
}

// The plan after so many minutes of it.
ScalingPlan after(Pilot& pilot, int minutes, int fresh, int score, int stale = 0) {
  ScalingPlan plan;
  for (int i = 0; i < minutes; ++i) plan = pilot.next(of(kNoon + i * 1min, fresh, score, stale));
  return plan;
}

TEST(Pilot, wants_more_of_a_fleet_that_is_slow_and_fewer_of_an_idle_one) {
  Pilot slow(policy_of(1, 50));
  const ScalingPlan more = after(slow, 10, 4, 20);
  EXPECT_GT(more.wanted, 6);  // 4 · 0.8 / 0.5 are needed
  EXPECT_DOUBLE_EQ(more.load, 6.4);
  EXPECT_THAT(more.reason, HasSubstr("6.4 instances' worth at a score of 50"));
  Pilot idle(policy_of(1, 50));
  EXPECT_LT(after(idle, 30, 10, 98).wanted, 10);
}

TEST(Pilot, stays_within_its_bounds_and_its_budget) {
  Pilot low(policy_of(2, 5));
  EXPECT_EQ(after(low, 10, 4, 1).wanted, 5);
  Pilot high(policy_of(3, 50));
  EXPECT_EQ(after(high, 300, 4, 100).wanted, 3);
  ScalingPolicy dear = policy_of(1, 50);
  dear.budget.per_hour = 0.61;
  Pilot pilot(dear);
  Situation situation = of(kNoon, 4, 5);
  situation.price = 0.1;
  const ScalingPlan plan = pilot.next(situation);
  EXPECT_EQ(plan.wanted, 6);
  EXPECT_THAT(plan.reason, HasSubstr("6 are what 0.61 USD an hour pay for"));
}

TEST(Pilot, ends_nothing_while_more_than_a_fifth_says_nothing) {
  Pilot pilot(policy_of(1, 50));
  const ScalingPlan plan = after(pilot, 60, 6, 99, 2);
  EXPECT_TRUE(plan.frozen);
  EXPECT_EQ(plan.wanted, 8);
  Pilot other(policy_of(1, 50));
  EXPECT_LT(after(other, 60, 8, 99, 2).wanted, 10);  // a fifth is not more than a fifth
}

TEST(Pilot, changes_nothing_but_up_to_the_floor_while_nobody_says_anything) {
  Pilot pilot(policy_of(1, 50));
  const ScalingPlan blind = pilot.next(of(kNoon, 0, 0, 4));
  EXPECT_TRUE(blind.frozen);
  EXPECT_EQ(blind.wanted, 4);
  EXPECT_THAT(blind.reason, HasSubstr("none of 4 members"));
  // But the floor is one.
  EXPECT_EQ(pilot.next(of(kNoon + 1min, 0, 0)).wanted, 1);
}

TEST(Pilot, counts_what_is_ordered_as_present) {
  Pilot pilot(policy_of(1, 50));
  Situation situation = of(kNoon, 4, 60);
  situation.ordered = 9;
  const ScalingPlan plan = pilot.next(situation);
  EXPECT_EQ(plan.present, 9);
  EXPECT_EQ(plan.wanted, 9);  // in slowly
}

TEST(Pilot, knows_its_clusters_past) {
  std::vector<ClusterPoint> past;
  for (int minute = 0; minute < 3 * 1440; ++minute) {
    // From nine to ten each day there are three times the load.
    const bool busy = minute % 1440 / 60 == 9;
    past.push_back({.at = kNoon - 3 * 24h - 12h + minute * 1min,
                    .mean = busy ? 40.0 : 80.0,
                    .min = 1,
                    .max = 100,
                    .spread = 0,
                    .count = 10,
                    .members = 10});
  }
  Pilot pilot(policy_of(1, 50));
  pilot.learn(past);
  EXPECT_THAT(pilot.next(of(kNoon, 10, 80)).reason,
              testing::Not(HasSubstr("while too little is known")));
}

ScalingPolicy by_requests(bool by_score) {
  ScalingPolicy policy = policy_of(1, 50);
  policy.requests_per_instance = 100;
  policy.by_score = by_score;
  return policy;
}

// CloudWatch has counted so many in each of the last minutes.
Situation with_requests(Situation situation, double per_minute) {
  situation.requests.source = "AWS/ELB RequestCount of web";
  for (int i = 15; i > 0; --i) {
    situation.requests.counts.push_back({situation.now - i * 1min, per_minute});
  }
  return situation;
}

TEST(PilotByRequests, scales_out_though_the_scores_are_perfect) {
  Pilot pilot(by_requests(false));
  const ScalingPlan plan = pilot.next(with_requests(of(kNoon, 4, 100), 800));
  EXPECT_GE(plan.wanted, 8);
  EXPECT_DOUBLE_EQ(plan.load, 8);
  EXPECT_THAT(plan.reason, HasSubstr("800 requests in the minute from 2026-03-02T11:58:00"));
  EXPECT_THAT(plan.reason, HasSubstr("8.0 instances' worth at 100 each"));
  ASSERT_TRUE(plan.requests);
  EXPECT_DOUBLE_EQ(plan.requests->per_instance, 200);
  EXPECT_DOUBLE_EQ(plan.requests->target, 100);
}

TEST(PilotByRequests, needs_no_scores_and_lets_none_decide_where_it_has_no_target_for_them) {
  Pilot pilot(by_requests(false));
  EXPECT_GE(pilot.next(with_requests(of(kNoon, 0, 0, 4), 800)).wanted, 8);
  Pilot other(by_requests(false));
  ScalingPlan plan;
  for (int i = 0; i < 60; ++i) plan = other.next(with_requests(of(kNoon + i * 1min, 10, 1), 200));
  EXPECT_LT(plan.wanted, 10);
  EXPECT_FALSE(plan.frozen);
}

TEST(PilotByRequests, the_larger_wish_wins_and_is_told) {
  Pilot pilot(by_requests(true));
  const ScalingPlan busy = pilot.next(with_requests(of(kNoon, 4, 100), 2000));
  EXPECT_GE(busy.wanted, 20);
  EXPECT_THAT(busy.reason, HasSubstr("requests in the minute"));
  EXPECT_THAT(busy.reason, HasSubstr("by the scores it would be 1"));
  Pilot other(by_requests(true));
  const ScalingPlan slow = other.next(with_requests(of(kNoon, 8, 5), 100));
  EXPECT_GT(slow.wanted, 15);
  EXPECT_THAT(slow.reason, HasSubstr("the load is 15.2 instances' worth at a score of 50"));
  EXPECT_THAT(slow.reason, HasSubstr("by the requests it would be 2"));
}

TEST(PilotByRequests, without_counts_the_scores_decide_and_nothing_is_ended) {
  Pilot pilot(by_requests(false));
  ScalingPlan plan;
  for (int i = 0; i < 60; ++i) plan = pilot.next(of(kNoon + i * 1min, 10, 100));
  EXPECT_TRUE(plan.frozen);
  EXPECT_EQ(plan.wanted, 10);
  EXPECT_THAT(plan.reason, HasSubstr("nothing is ended, as the requests are not known: "
                                     "CloudWatch has counted none yet"));
  plan = pilot.next(of(kNoon + 1h, 10, 10));
  EXPECT_GT(plan.wanted, 18);
  EXPECT_THAT(plan.reason, HasSubstr("at a score of 50"));
  EXPECT_THAT(plan.reason, HasSubstr("the requests are not known"));
}

TEST(PilotByRequests, old_counts_are_none) {
  Pilot pilot(by_requests(false));
  Situation situation = with_requests(of(kNoon, 10, 100), 300);
  pilot.next(situation);
  situation.now = kNoon + 20min;
  const ScalingPlan plan = pilot.next(situation);
  EXPECT_TRUE(plan.frozen);
  EXPECT_THAT(plan.reason, HasSubstr("CloudWatch's last count is that of 2026-03-02T11:59:00"));
}

TEST(PilotByRequests, without_counts_and_scores_nothing_is_changed) {
  Pilot pilot(by_requests(true));
  const ScalingPlan plan = pilot.next(of(kNoon, 0, 0, 4));
  EXPECT_TRUE(plan.frozen);
  EXPECT_EQ(plan.wanted, 4);
  EXPECT_THAT(plan.reason, HasSubstr("none of 4 members has a fresh score, and the requests"));
  // Where nobody serves the balancer counts nothing.
  EXPECT_EQ(pilot.next(with_requests(of(kNoon, 0, 0), 0)).wanted, 1);
}

TEST(PilotByRequests, keeps_its_bounds_and_its_budget) {
  Pilot bounded(by_requests(false));
  EXPECT_EQ(bounded.next(with_requests(of(kNoon, 4, 100), 1e9)).wanted, 50);
  ScalingPolicy dear = by_requests(false);
  dear.budget.per_hour = 0.61;
  Pilot pilot(dear);
  Situation situation = with_requests(of(kNoon, 4, 100), 5000);
  situation.price = 0.1;
  const ScalingPlan plan = pilot.next(situation);
  EXPECT_EQ(plan.wanted, 6);
  EXPECT_TRUE(plan.over_budget);
}

TEST(PilotByRequests, knows_the_days_before_by_the_first_record) {
  Pilot pilot(by_requests(false));
  Situation situation = of(kNoon, 10, 100);
  for (int minute = 3 * 1440; minute > 0; --minute) {
    const Time at = kNoon - minute * 1min;
    const bool busy = (1440 - minute % 1440) % 1440 / 60 == 21;
    situation.requests.counts.push_back({at, busy ? 3000.0 : 500.0});
  }
  EXPECT_THAT(pilot.next(situation).reason, testing::Not(HasSubstr("while too little is known")));
  EXPECT_EQ(pilot.requests_known_until(), kNoon - 1min);
}

TEST(History, is_the_load_of_each_minute) {
  std::vector<ClusterPoint> points(2);
  points[0] = {
      .at = kNoon + 20s, .mean = 75, .min = 1, .max = 99, .spread = 0, .count = 4, .members = 4};
  points[1] = {.at = kNoon + 2min + 10s,
               .mean = 50,
               .min = 1,
               .max = 99,
               .spread = 0,
               .count = 4,
               .members = 4};
  const Trace trace = trace_of(points, 50);
  EXPECT_EQ(trace.begin, kNoon);
  EXPECT_THAT(trace.load, testing::ElementsAre(2, 2, 4));
  EXPECT_THAT(trace_of({}, 50).load, testing::IsEmpty());
}

}  // namespace
}  // namespace livesonic::scaling
