// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/time_zone.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <array>
#include <exception>

#include "livesonic/base/text.h"

namespace livesonic {

using std::chrono::seconds;

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
                fmt::format("is no time zone of this machine's database (the package tzdata), such "
                            "as Asia/Tokyo or UTC: '{}'",
                            printable(shorten(name, 80))));
  }
}

TimeZone::Offset TimeZone::at(Time time) const {
  if (zone_ == nullptr) return {seconds{0}, "UTC"};
  const auto info = zone_->get_info(time);
  return {info.offset, info.abbrev};
}

LocalMoment TimeZone::local(Time time) const {
  const auto there = std::chrono::floor<std::chrono::minutes>(time + at(time).east);
  const auto day = std::chrono::floor<std::chrono::days>(there);
  return {static_cast<int>(std::chrono::weekday(day).c_encoding()),
          static_cast<int>((there - day).count())};
}

std::string wall_clock(Time time, const TimeZone& zone) {
  const auto [east, abbreviation] = zone.at(time);
  const auto there = std::chrono::floor<seconds>(time) + east;
  const auto day = std::chrono::floor<std::chrono::days>(there);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{there - day};
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} {}", int(date.year()),
                     unsigned(date.month()), unsigned(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), abbreviation);
}

}  // namespace livesonic
