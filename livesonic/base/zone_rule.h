// SPDX-License-Identifier: Apache-2.0
// A rule such as "EST5EDT,M3.2.0,M11.1.0" (POSIX TZ): how a zone's clocks go in the years after the
// last change that its file lists. Pure functions.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace livesonic {

struct ZoneRule {
  struct Part {
    std::chrono::seconds east{};
    std::string name;
  };
  // The day is weekday 0 (Sunday)..6 of week 1..5 (5: the last) of the month.
  struct Day {
    unsigned month = 1, week = 1, weekday = 0;
    std::chrono::seconds time{7200};  // after its midnight, by the clocks that end then
  };
  Part standard;
  std::optional<Part> summer;
  Day summer_begins, summer_ends;

  [[nodiscard]] const Part& at(std::chrono::sys_seconds time) const;
};

// Nothing for text that is none, or of the forms (Jn, n) that the database doesn't use.
std::optional<ZoneRule> parse_zone_rule(std::string_view text);

}  // namespace livesonic
