// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/local_time.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <exception>

#include "livesonic/base/text.h"

namespace livesonic {

std::string to_string(const LocalMoment& moment) {
  constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  return fmt::format("{} {:02}:{:02}", kDays.at(static_cast<std::size_t>(moment.weekday)),
                     moment.minute / 60, moment.minute % 60);
}

Result<TimeZone> TimeZone::find(std::string_view name) {
  TimeZone found;
  if (name == "UTC") return found;
  found.name_ = name;
  try {
    found.zone_ = date::locate_zone(name);
    return found;
  } catch (const std::exception&) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("'{}' is no time zone that this machine knows: one is Asia/Tokyo, "
                            "another UTC (is the package tzdata installed?)",
                            printable(shorten(name, 80))));
  }
}

LocalMoment TimeZone::at(Time time) const {
  using namespace std::chrono;
  const auto offset = zone_ == nullptr ? seconds{0} : zone_->get_info(time).offset;
  const auto minutes = floor<std::chrono::minutes>(time + offset).time_since_epoch().count();
  const auto day = floor<days>(time + offset);
  constexpr int kPerDay = 24 * 60;
  const int minute = static_cast<int>((minutes % kPerDay + kPerDay) % kPerDay);
  return {static_cast<int>(weekday(sys_days(day)).c_encoding()), minute};
}

}  // namespace livesonic
