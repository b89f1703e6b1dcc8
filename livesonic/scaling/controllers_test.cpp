// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/controllers.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;

Moment with(double load, int instances) {
  return {
      .load = load, .capacity = 10, .serving = instances, .owned = instances, .min = 1, .max = 100};
}

TEST(TargetTracking, goes_out_after_three_minutes_above_the_target) {
  TargetTrackingController controller(0.5);
  EXPECT_EQ(controller.next(with(60, 10)), 10);
  EXPECT_EQ(controller.next(with(60, 10)), 10);
  EXPECT_EQ(controller.next(with(60, 10)), 12);
}

TEST(TargetTracking, a_minute_below_begins_the_count_anew) {
  TargetTrackingController controller(0.5);
  for (const double load : {60.0, 60.0, 50.0, 60.0, 60.0}) {
    EXPECT_EQ(controller.next(with(load, 10)), 10);
  }
}

TEST(TargetTracking, it_waits_for_those_that_boot) {
  TargetTrackingController controller(0.5);
  Moment booting = with(60, 10);
  booting.owned = 12;
  for (int minute = 0; minute < 10; ++minute) EXPECT_EQ(controller.next(booting), 12);
}

TEST(TargetTracking, goes_in_after_fifteen_minutes_below_nine_tenths_of_it) {
  TargetTrackingController controller(0.5);
  for (int minute = 0; minute < 14; ++minute) EXPECT_EQ(controller.next(with(20, 10)), 10);
  EXPECT_EQ(controller.next(with(20, 10)), 4);
  TargetTrackingController close(0.5);
  for (int minute = 0; minute < 60; ++minute) EXPECT_EQ(close.next(with(46, 10)), 10);
}

TEST(Hpa, goes_out_at_once_beyond_its_tolerance) {
  HpaController controller(0.5);
  EXPECT_EQ(controller.next(with(54, 10)), 10);
  EXPECT_EQ(controller.next(with(56, 10)), 12);
}

TEST(Hpa, goes_in_by_the_highest_wish_of_five_minutes) {
  HpaController controller(0.5);
  EXPECT_EQ(controller.next(with(50, 10)), 10);
  for (int minute = 0; minute < 4; ++minute) EXPECT_EQ(controller.next(with(20, 10)), 10);
  EXPECT_EQ(controller.next(with(20, 10)), 4);
}

TEST(Own, goes_out_at_once_and_in_when_it_has_held) {
  ScalingPolicy policy;
  policy.scale_in.stable = 5min;
  OwnController controller(policy);
  EXPECT_EQ(controller.next(with(100, 10)), 15);
  EXPECT_EQ(controller.wish().by, SizedBy::kFirstHours);
  int next = 15;
  int minute = 0;
  for (; next == 15; ++minute) next = controller.next(with(10, 15));
  EXPECT_EQ(minute, 19);  // of fifteen minutes' peak and five that it holds, less the first
  EXPECT_EQ(next, 2);
}

TEST(Own, it_holds_for_at_least_as_long_as_another_would_boot) {
  ScalingPolicy policy;
  policy.warmup = 90s;  // two minutes, and the one it is launched in
  policy.scale_in.stable = 0s;
  OwnController controller(policy);
  controller.next(with(100, 10));
  int minute = 0;
  while (controller.next(with(10, 15)) == 15) ++minute;
  EXPECT_EQ(minute, 14 + 2);
}

TEST(Controllers, all_of_them_stay_within_their_bounds_when_the_fleet_is) {
  std::mt19937 generator(17);
  std::lognormal_distribution<double> wild(3, 3);
  for (int round = 0; round < 40; ++round) {
    const double target = 0.04 + static_cast<double>(generator() % 96) / 100;
    std::vector<std::unique_ptr<Controller>> controllers;
    ScalingPolicy policy;
    policy.scale_in.at_most = target;
    controllers.push_back(std::make_unique<OwnController>(policy));
    controllers.push_back(std::make_unique<TargetTrackingController>(target));
    controllers.push_back(std::make_unique<HpaController>(target));
    const int min = static_cast<int>(generator() % 5);
    const int max = min + static_cast<int>(generator() % 50);
    for (const auto& controller : controllers) {
      int owned = min;
      for (int minute = 0; minute < 300; ++minute) {
        Moment moment{.load = generator() % 9 == 0 ? 0 : wild(generator),
                      .capacity = 10,
                      .serving = static_cast<int>(generator() % static_cast<unsigned>(owned + 1)),
                      .owned = owned,
                      .min = min,
                      .max = max};
        owned = controller->next(moment);
        ASSERT_GE(owned, min);
        ASSERT_LE(owned, max);
      }
    }
  }
}

TEST(Controllers, target_tracking_stays_within_bounds_that_change_under_it) {
  TargetTrackingController in(0.5);
  for (int minute = 0; minute < 14; ++minute) in.next(with(20, 10));
  Moment risen = with(20, 10);
  risen.min = 12;
  EXPECT_EQ(in.next(risen), 12);

  TargetTrackingController out(0.5);
  out.next(with(60, 10));
  out.next(with(60, 10));
  Moment fallen = with(60, 10);
  fallen.max = 7;
  EXPECT_EQ(out.next(fallen), 7);
}

TEST(Fixed, never_changes) {
  FixedController controller(7);
  for (const double load : {0.0, 1e9}) EXPECT_EQ(controller.next(with(load, 3)), 7);
}

}  // namespace
}  // namespace livesonic::scaling
