// SPDX-License-Identifier: Apache-2.0
// Hours of the week in which something may be done. Plain value.
#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/base/time_zone.h"

namespace livesonic {

// From `from` on the given days to before `to`, on the next day where that is not later.
struct HoursWindow {
  std::bitset<7> days;  // 0: Sunday
  int from = 0;         // minutes of the day
  int to = 0;           // up to 1440; equal to `from`: all day
  friend bool operator==(const HoursWindow&, const HoursWindow&) = default;
};

// "Mon-Fri 09:00-18:00", "Sat,Sun 22:00-06:00", "09:00-18:00" (every day), "Mon-Fri" (all day).
Result<HoursWindow> parse_hours(std::string_view text);
std::string to_string(const HoursWindow& window);  // as parse_hours() takes it

// Is the moment in one of them? With none it always is.
bool is_within(const std::vector<HoursWindow>& windows, const LocalMoment& moment);

}  // namespace livesonic
