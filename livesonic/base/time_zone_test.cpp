// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/time_zone.h"

#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"
#include "livesonic/base/zone_rule.h"

namespace livesonic {
namespace {

std::string there(const char* zone, const char* utc) {
  return wall_clock(parse_iso8601(utc).value(), TimeZone::find(zone).value());
}

TEST(TimeZone, tells_the_time_on_the_walls_there) {
  EXPECT_EQ(wall_clock(parse_iso8601("2026-03-01T08:30:00.9Z").value(), {}),
            "2026-03-01 08:30:00 UTC");
  EXPECT_EQ(there("Asia/Tokyo", "2026-03-01T20:30:00Z"), "2026-03-02 05:30:00 JST");
  EXPECT_EQ(there("America/New_York", "2026-03-08T06:59:59Z"), "2026-03-08 01:59:59 EST");
  EXPECT_EQ(there("America/New_York", "2026-03-08T07:00:00Z"), "2026-03-08 03:00:00 EDT");
}

TEST(TimeZone, goes_on_by_its_rule_after_the_last_change_that_is_listed) {
  EXPECT_EQ(there("America/New_York", "2060-07-01T12:00:00Z"), "2060-07-01 08:00:00 EDT");
  EXPECT_EQ(there("America/New_York", "2060-12-01T12:00:00Z"), "2060-12-01 07:00:00 EST");
  EXPECT_EQ(there("Australia/Sydney", "2060-01-01T00:00:00Z"), "2060-01-01 11:00:00 AEDT");
  EXPECT_EQ(there("Asia/Tokyo", "2060-01-01T00:00:00Z"), "2060-01-01 09:00:00 JST");
}

TEST(TimeZone, what_is_no_zone_is_refused) {
  for (const char* name :
       {"", "Asia", "Mars/Base", "../../etc/passwd", "/etc/localtime", "zone.tab"}) {
    EXPECT_FALSE(TimeZone::find(name)) << name;
  }
  EXPECT_FALSE(TimeZone::parse("TZif2"));
}

TEST(ZoneRule, understands_what_the_database_writes) {
  const auto rule = parse_zone_rule("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1");
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->standard.east, std::chrono::hours{-3});
  EXPECT_EQ(rule->standard.name, "-03");
  EXPECT_EQ(rule->summer->east, std::chrono::hours{-2});
  EXPECT_EQ(rule->summer_begins.time, std::chrono::hours{-2});
  EXPECT_EQ(parse_zone_rule("IST-5:30")->standard.east, std::chrono::minutes{330});
  for (const char* text :
       {"", "E5", "EST", "EST5EDT", "EST5EDT,M13.1.0,M1.1.0", "EST5EDT,J60,J300"}) {
    EXPECT_FALSE(parse_zone_rule(text)) << text;
  }
}

}  // namespace
}  // namespace livesonic
