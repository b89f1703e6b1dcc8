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
