// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/bounds.h"

#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;

Time at(const char* text) {
  return parse_iso8601(text).value();
}

TimetableEntry from(const char* cron, const char* zone = "") {
  return {.at = Cron::parse(cron, zone).value(),
          .min = std::nullopt,
          .max = std::nullopt,
          .target_score = std::nullopt,
          .spot_max_price = std::nullopt,
          .spot_max_price_percent = std::nullopt};
}

TimetableEntry floor_of(int min, const char* cron, const char* zone = "") {
  TimetableEntry entry = from(cron, zone);
  entry.min = min;
  return entry;
}

TEST(BoundsAt, without_a_timetable_they_are_the_policys) {
  ScalingPolicy policy;
  policy.min = 2;
  policy.max = 9;
  policy.target_score = 60;
  policy.spot.max_price = 0.3;
  policy.spot.max_price_percent = 70;
  const Bounds bounds = bounds_at(policy, at("2026-03-01T00:00:00Z"));
  EXPECT_EQ(bounds.min, 2);
  EXPECT_EQ(bounds.max, 9);
  EXPECT_EQ(bounds.target_score, 60);
  EXPECT_EQ(bounds.spot_max_price, 0.3);
  EXPECT_EQ(bounds.spot_max_price_percent, 70);
  EXPECT_EQ(bounds.min_since, "");
}

TEST(BoundsAt, an_entry_holds_from_its_moment_until_anothers) {
  ScalingPolicy policy;
  policy.timetable = {floor_of(10, "0 8 * * *"), floor_of(3, "0 20 * * *")};
  EXPECT_EQ(bounds_at(policy, at("2026-03-02T07:59:59Z")).min, 3);
  EXPECT_EQ(bounds_at(policy, at("2026-03-02T08:00:00Z")).min, 10);
  EXPECT_EQ(bounds_at(policy, at("2026-03-02T08:00:00Z")).min_since, "0 8 * * *");
  EXPECT_EQ(bounds_at(policy, at("2026-03-02T19:59:59Z")).min, 10);
  EXPECT_EQ(bounds_at(policy, at("2026-03-02T20:00:00Z")).min, 3);
}

TEST(BoundsAt, their_order_in_the_file_does_not_matter_but_for_the_same_moment) {
  ScalingPolicy policy;
  policy.timetable = {floor_of(3, "0 20 * * *"), floor_of(10, "0 8 * * *")};
  EXPECT_EQ(bounds_at(policy, at("2026-03-02T12:00:00Z")).min, 10);
  policy.timetable = {floor_of(5, "0 8 * * *"), floor_of(7, "0 8 * * mon")};
  EXPECT_EQ(bounds_at(policy, at("2026-03-02T09:00:00Z")).min, 7);  // a Monday
  EXPECT_EQ(bounds_at(policy, at("2026-03-03T09:00:00Z")).min, 5);
}

TEST(BoundsAt, a_moment_is_in_the_entrys_time_zone) {
  ScalingPolicy policy;
  policy.timetable = {floor_of(10, "0 8 * * *", "Asia/Tokyo"), floor_of(3, "0 20 * * *")};
  EXPECT_EQ(bounds_at(policy, at("2026-03-02T22:59:00Z")).min, 3);
  EXPECT_EQ(bounds_at(policy, at("2026-03-02T23:00:00Z")).min, 10);
  // Berlin's eight o'clock comes an hour earlier in summer.
  policy.timetable = {floor_of(10, "0 8 * * *", "Europe/Berlin"), floor_of(3, "0 0 * * *")};
  EXPECT_EQ(bounds_at(policy, at("2026-03-28T06:30:00Z")).min, 3);
  EXPECT_EQ(bounds_at(policy, at("2026-03-29T06:30:00Z")).min, 10);
}

TEST(BoundsAt, each_value_has_its_own_last_moment) {
  ScalingPolicy policy;
  TimetableEntry morning = floor_of(10, "0 8 * * *");
  morning.max = 50;
  morning.target_score = 70;
  morning.spot_max_price = 0.2;
  TimetableEntry noon = from("0 12 * * *");
  noon.target_score = 40;
  noon.spot_max_price_percent = 60;
  policy.timetable = {morning, noon};
  const Bounds bounds = bounds_at(policy, at("2026-03-02T13:00:00Z"));
  EXPECT_EQ(bounds.min, 10);
  EXPECT_EQ(bounds.max, 50);
  EXPECT_EQ(bounds.target_score, 40);
  EXPECT_EQ(bounds.spot_max_price, 0.2);
  EXPECT_EQ(bounds.spot_max_price_percent, 60);
}

TEST(BoundsAt, max_is_never_below_min) {
  ScalingPolicy policy;
  policy.max = 5;
  policy.timetable = {floor_of(10, "0 8 * * *")};
  const Bounds bounds = bounds_at(policy, at("2026-03-02T09:00:00Z"));
  EXPECT_EQ(bounds.min, 10);
  EXPECT_EQ(bounds.max, 10);
}

TEST(BoundsAt, a_moment_that_never_comes_changes_nothing) {
  ScalingPolicy policy;
  policy.timetable = {floor_of(10, "0 0 31 2 *")};
  EXPECT_EQ(bounds_at(policy, at("2026-03-02T09:00:00Z")).min, 1);
  Timetable timetable(policy);
  EXPECT_EQ(timetable.at(at("2026-03-02T09:00:00Z")).min, 1);
}

TEST(Timetable, is_the_same_minute_by_minute) {
  ScalingPolicy policy;
  TimetableEntry noon = from("30 12 * * 1-5", "America/New_York");
  noon.max = 70;
  noon.spot_max_price = 0.4;
  policy.timetable = {floor_of(10, "0 8 * * *", "Europe/Berlin"), floor_of(3, "15 20 * * *"), noon,
                      floor_of(8, "*/7 3 * * sun")};
  Timetable timetable(policy);
  // Over the change of the clocks in Berlin.
  for (Time now = at("2026-03-26T00:00:00Z"); now < at("2026-04-01T00:00:00Z"); now += 1min) {
    const Bounds& fast = timetable.at(now);
    const Bounds slow = bounds_at(policy, now);
    ASSERT_EQ(fast.min, slow.min) << to_iso8601(now);
    ASSERT_EQ(fast.max, slow.max) << to_iso8601(now);
    ASSERT_EQ(fast.spot_max_price, slow.spot_max_price) << to_iso8601(now);
    ASSERT_EQ(fast.min_since, slow.min_since) << to_iso8601(now);
  }
}

}  // namespace
}  // namespace livesonic::scaling
