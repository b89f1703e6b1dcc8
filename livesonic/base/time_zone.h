// SPDX-License-Identifier: Apache-2.0
// The clocks on people's walls: a zone of the tz database, as the files below /usr/share/zoneinfo
// describe it (RFC 8536). A TimeZone is immutable, cheap to copy, and thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic {

class TimeZone {
 public:
  struct Offset {
    std::chrono::seconds east{};  // of UTC
    std::string abbreviation;     // "JST"
    friend bool operator==(const Offset&, const Offset&) = default;
  };

  TimeZone();  // UTC

  // "Asia/Tokyo"; "UTC" needs no file. The error says what is wrong in words that follow the name
  // of a setting.
  static Result<TimeZone> find(std::string_view name);
  // The content of such a file.
  static Result<TimeZone> parse(std::string_view file);

  [[nodiscard]] Offset at(Time time) const;

 private:
  struct Rules;
  explicit TimeZone(std::shared_ptr<const Rules> rules);
  std::shared_ptr<const Rules> rules_;  // never null
};

// "2026-03-01 17:30:00 JST"
std::string wall_clock(Time time, const TimeZone& zone);

}  // namespace livesonic
