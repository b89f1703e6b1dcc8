// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/cron.h"

#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"

namespace livesonic {
namespace {

std::string last(const char* cron, const char* zone, const char* time) {
  const auto parsed = Cron::parse(cron, zone);
  if (!parsed) return parsed.error().message;
  const auto found = parsed->last_until(*parse_iso8601(time));
  return found ? to_iso8601(*found) : "never";
}
std::string next(const char* cron, const char* zone, const char* time) {
  const auto parsed = Cron::parse(cron, zone);
  if (!parsed) return parsed.error().message;
  const auto found = parsed->next_after(*parse_iso8601(time));
  return found ? to_iso8601(*found) : "never";
}

TEST(Cron, weekday_mornings_are_those_of_the_zone) {
  // 2026-03-02 is a Monday; 8:00 in Tokyo is 23:00 of the day before in UTC.
  EXPECT_EQ(next("0 8 * * mon-fri", "Asia/Tokyo", "2026-02-28T00:00:00Z"), "2026-03-01T23:00:00Z");
  EXPECT_EQ(last("0 8 * * mon-fri", "Asia/Tokyo", "2026-03-01T22:59:59Z"), "2026-02-26T23:00:00Z");
  EXPECT_EQ(last("0 8 * * mon-fri", "Asia/Tokyo", "2026-03-01T23:00:00Z"), "2026-03-01T23:00:00Z");
}

TEST(Cron, lists_ranges_and_steps_are_taken) {
  EXPECT_EQ(next("*/20 * * * *", "", "2026-03-01T10:21:00Z"), "2026-03-01T10:40:00Z");
  EXPECT_EQ(next("5,50 9-10 * * *", "", "2026-03-01T09:50:00Z"), "2026-03-01T10:05:00Z");
  EXPECT_EQ(next("0 0 1 JAN *", "", "2026-03-01T09:50:00Z"), "2027-01-01T00:00:00Z");
  EXPECT_EQ(next("0 0 * * 7", "", "2026-03-02T00:00:00Z"), "2026-03-08T00:00:00Z");
}

TEST(Cron, either_kind_of_day_will_do_where_both_are_restricted) {
  EXPECT_EQ(next("0 0 13 * fri", "", "2026-03-01T00:00:00Z"), "2026-03-06T00:00:00Z");
  EXPECT_EQ(next("0 0 10 * fri", "", "2026-03-06T00:00:00Z"), "2026-03-10T00:00:00Z");
}

TEST(Cron, a_moment_that_the_clocks_skip_comes_after_the_gap) {
  // New York, 2026-03-08: 02:00 becomes 03:00, which is 07:00 UTC.
  EXPECT_EQ(next("30 2 * * *", "America/New_York", "2026-03-08T00:00:00Z"), "2026-03-08T07:00:00Z");
}

TEST(Cron, a_moment_that_comes_twice_is_its_first_time) {
  // New York, 2026-11-01: 01:30 is 05:30 UTC, and again 06:30 UTC.
  EXPECT_EQ(next("30 1 * * *", "America/New_York", "2026-11-01T04:00:00Z"), "2026-11-01T05:30:00Z");
  EXPECT_EQ(next("30 1 * * *", "America/New_York", "2026-11-01T05:30:00Z"), "2026-11-02T06:30:00Z");
}

TEST(Cron, what_never_comes_is_never) {
  EXPECT_EQ(next("0 0 31 feb *", "", "2026-03-01T00:00:00Z"), "never");
  EXPECT_EQ(last("0 0 31 feb *", "", "2026-03-01T00:00:00Z"), "never");
}

TEST(Cron, mistakes_name_the_field) {
  EXPECT_NE(next("60 * * * *", "", "2026-03-01T00:00:00Z").find("minute '60'"), std::string::npos);
  EXPECT_NE(next("* * * * fry", "", "2026-03-01T00:00:00Z").find("day of the week"),
            std::string::npos);
  EXPECT_NE(next("5-1 * * * *", "", "2026-03-01T00:00:00Z").find("minute"), std::string::npos);
  EXPECT_NE(next("* * * *", "", "2026-03-01T00:00:00Z").find("4 fields"), std::string::npos);
  EXPECT_NE(next("* * * * *", "Mars/Olympus", "2026-03-01T00:00:00Z").find("time zone"),
            std::string::npos);
}

}  // namespace
}  // namespace livesonic
