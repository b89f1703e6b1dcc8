// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/hours.h"

#include <gtest/gtest.h>

namespace livesonic {
namespace {

HoursWindow hours(std::string_view text) {
  return parse_hours(text).value();
}

TEST(Hours, of_the_week_are_read_and_written) {
  for (const char* text : {"Mon,Tue,Wed,Thu,Fri 09:00-18:00", "Sun,Sat 22:00-06:00",
                           "Sun,Mon,Tue,Wed,Thu,Fri,Sat 00:00-24:00"}) {
    EXPECT_EQ(to_string(hours(text)), text);
  }
  EXPECT_EQ(hours("Mon-Fri 09:00-18:00"), hours("Mon,Tue,Wed,Thu,Fri 09:00-18:00"));
  EXPECT_EQ(hours("Fri-Mon 09:00-18:00"), hours("Fri,Sat,Sun,Mon 09:00-18:00"));
  EXPECT_EQ(hours("09:00-18:00"), hours("Sun-Sat 09:00-18:00"));
  EXPECT_EQ(hours("Mon-Fri"), hours("Mon-Fri 00:00-24:00"));
}

TEST(Hours, that_make_no_sense_are_refused) {
  for (const char* text : {"", " ", "Mon-Fri 9:00-18:00", "Mon-Fri 09:00", "Funday 09:00-18:00",
                           "09:00-25:00", "09:60-10:00", "24:00-02:00", "Mon-Tue-Wed", "Mon,"}) {
    EXPECT_FALSE(parse_hours(text)) << text;
  }
}

TEST(Hours, end_before_their_end) {
  const std::vector<HoursWindow> windows{hours("Mon-Fri 09:00-18:00")};
  EXPECT_FALSE(is_within(windows, {1, 8 * 60 + 59}));
  EXPECT_TRUE(is_within(windows, {1, 9 * 60}));
  EXPECT_TRUE(is_within(windows, {5, 18 * 60 - 1}));
  EXPECT_FALSE(is_within(windows, {5, 18 * 60}));
  EXPECT_FALSE(is_within(windows, {6, 12 * 60}));
  EXPECT_TRUE(is_within({}, {6, 12 * 60}));
}

TEST(Hours, of_a_night_belong_to_the_day_that_it_begins_on) {
  const std::vector<HoursWindow> windows{hours("Sat 22:00-06:00")};
  EXPECT_TRUE(is_within(windows, {6, 23 * 60}));
  EXPECT_TRUE(is_within(windows, {0, 5 * 60}));
  EXPECT_FALSE(is_within(windows, {0, 6 * 60}));
  EXPECT_FALSE(is_within(windows, {6, 5 * 60}));
}

}  // namespace
}  // namespace livesonic
