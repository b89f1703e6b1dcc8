// SPDX-License-Identifier: Apache-2.0
// What the clocks and calendars of a place say, by the system's time zone database.
#pragma once

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

// Immutable, thread-safe.
class TimeZone {
 public:
  TimeZone() = default;  // UTC
  // "Asia/Tokyo", "UTC"; kInvalidInput for what the database doesn't have.
  static Result<TimeZone> find(std::string_view name);

  [[nodiscard]] LocalMoment at(Time time) const;
  [[nodiscard]] const std::string& name() const { return name_; }
  friend bool operator==(const TimeZone& a, const TimeZone& b) { return a.name_ == b.name_; }

 private:
  std::string name_ = "UTC";
  const date::time_zone* zone_ = nullptr;  // null: UTC; the database keeps it for ever
};

}  // namespace livesonic
