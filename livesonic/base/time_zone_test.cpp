// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/time_zone.h"

#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"

namespace livesonic {
namespace {

std::string there(const char* zone, const char* utc) {
  return wall_clock(parse_iso8601(utc).value(), TimeZone::find(zone).value());
}
std::string told(const char* zone, const char* utc) {
  return to_string(TimeZone::find(zone).value().local(parse_iso8601(utc).value()));
}

TEST(TimeZone, tells_the_time_on_the_walls_there) {
  EXPECT_EQ(wall_clock(parse_iso8601("2026-03-01T08:30:00.9Z").value(), {}),
            "2026-03-01 08:30:00 UTC");
  EXPECT_EQ(there("Asia/Tokyo", "2026-03-01T20:30:00Z"), "2026-03-02 05:30:00 JST");
  EXPECT_EQ(there("America/New_York", "2026-03-08T06:59:59Z"), "2026-03-08 01:59:59 EST");
  EXPECT_EQ(there("America/New_York", "2026-03-08T07:00:00Z"), "2026-03-08 03:00:00 EDT");
}

TEST(TimeZone, has_its_own_day_and_hour) {
  EXPECT_EQ(told("UTC", "2026-03-01T20:30:00Z"), "Sun 20:30");
  EXPECT_EQ(told("Asia/Tokyo", "2026-03-01T20:30:00Z"), "Mon 05:30");
  EXPECT_EQ(told("America/Los_Angeles", "2026-03-02T03:00:00Z"), "Sun 19:00");
  EXPECT_EQ(told("Europe/Berlin", "2026-03-29T00:59:00Z"), "Sun 01:59");
  EXPECT_EQ(told("Europe/Berlin", "2026-03-29T01:00:00Z"), "Sun 03:00");
}

TEST(TimeZone, what_is_no_zone_is_refused_with_an_example) {
  for (const char* name : {"", "Asia", "Mars/Base", "../../etc/passwd", "/etc/localtime"}) {
    const auto found = TimeZone::find(name);
    ASSERT_FALSE(found) << name;
    EXPECT_NE(found.error().message.find("Asia/Tokyo"), std::string::npos);
  }
}

}  // namespace
}  // namespace livesonic
