// SPDX-License-Identifier: Apache-2.0
// What the clocks and calendars of a place say, by the system's time zone database.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace date {
class time_zone;
}  // namespace date

namespace livesonic {

struct LocalMoment {
  int weekday = 0;  // 0: Sunday
  int minute = 0;   // of the day, 0..1439
  friend bool operator==(const LocalMoment&, const LocalMoment&) = default;
};

std::string to_string(const LocalMoment& moment);  // "Mon 09:05"

// Immutable, cheap to copy, thread-safe.
class TimeZone {
 public:
  struct Offset {
    std::chrono::seconds east{};  // of UTC
    std::string abbreviation;     // "JST"
    friend bool operator==(const Offset&, const Offset&) = default;
  };

  TimeZone() = default;  // UTC

  // "Asia/Tokyo", "UTC". The error says what is wrong in words that follow the name of a setting.
  static Result<TimeZone> find(std::string_view name);

  [[nodiscard]] Offset at(Time time) const;
  [[nodiscard]] LocalMoment local(Time time) const;
  [[nodiscard]] const std::string& name() const { return name_; }
  // Null: UTC. The database keeps it for ever.
  [[nodiscard]] const date::time_zone* zone() const { return zone_; }
  friend bool operator==(const TimeZone& a, const TimeZone& b) { return a.name_ == b.name_; }

 private:
  std::string name_ = "UTC";
  const date::time_zone* zone_ = nullptr;
};

// "2026-03-01 17:30:00 JST"
std::string wall_clock(Time time, const TimeZone& zone);

}  // namespace livesonic
