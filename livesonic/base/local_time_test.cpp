// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/local_time.h"

#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"

namespace livesonic {
namespace {

std::string told(std::string_view zone, std::string_view time) {
  return to_string(TimeZone::find(zone).value().at(parse_iso8601(time).value()));
}

TEST(LocalTime, a_zone_has_its_own_day_and_hour) {
  EXPECT_EQ(told("UTC", "2026-03-01T20:30:00Z"), "Sun 20:30");
  EXPECT_EQ(told("Asia/Tokyo", "2026-03-01T20:30:00Z"), "Mon 05:30");
  EXPECT_EQ(told("America/Los_Angeles", "2026-03-02T03:00:00Z"), "Sun 19:00");
}

TEST(LocalTime, summer_time_counts) {
  EXPECT_EQ(told("Europe/Berlin", "2026-03-29T00:59:00Z"), "Sun 01:59");
  EXPECT_EQ(told("Europe/Berlin", "2026-03-29T01:00:00Z"), "Sun 03:00");
}

TEST(LocalTime, an_unknown_zone_is_refused_with_an_example) {
  const auto found = TimeZone::find("Asia/Atlantis");
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().message.find("Asia/Tokyo"), std::string::npos);
  EXPECT_FALSE(TimeZone::find(""));
  EXPECT_FALSE(TimeZone::find("../../etc/passwd"));
}

}  // namespace
}  // namespace livesonic
