// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/cron.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "livesonic/base/text.h"

namespace livesonic {
namespace {

constexpr long kFarthestDays = 366 * 5;

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays{"sun", "mon", "tue", "wed",
                                                    "thu", "fri", "sat"};

struct Field {
  const char* name;
  int least;
  int most;
};

std::optional<int> value_of(std::string_view text, const Field& field) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (field.most == 12) {
    const auto* found = std::find(kMonths.begin(), kMonths.end(), lower);
    if (found != kMonths.end()) return static_cast<int>(found - kMonths.begin()) + 1;
  }
  if (field.most == 7) {
    const auto* found = std::find(kWeekdays.begin(), kWeekdays.end(), lower);
    if (found != kWeekdays.end()) return static_cast<int>(found - kWeekdays.begin());
  }
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value >= field.least && value <= field.most ? std::optional(value) : std::nullopt;
}

template <std::size_t N>
Result<void> read_field(std::string_view text, const Field& field, std::bitset<N>& into) {
  const auto wrong = [&] {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("the {} '{}' is not right: {} to {}, lists (1,2), ranges (1-5), steps "
                            "(*/5) or *",
                            field.name, printable(shorten(text, 40)), field.least, field.most));
  };
  for (const std::string_view part : split(text, ',')) {
    const std::size_t slash = part.find('/');
    std::string_view range = part.substr(0, slash);
    int step = 1;
    if (slash != std::string_view::npos) {
      const std::string_view given = part.substr(slash + 1);
      const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), step);
      if (error != std::errc{} || end != given.data() + given.size() || step < 1 || step > 1000) {
        return wrong();
      }
    }
    int from = field.least;
    int to = field.most;
    if (range != "*") {
      const std::size_t dash = range.find('-');
      const auto first = value_of(range.substr(0, dash), field);
      if (!first) return wrong();
      from = to = *first;
      if (dash != std::string_view::npos) {
        const auto last = value_of(range.substr(dash + 1), field);
        if (!last) return wrong();
        to = *last;
      } else if (slash != std::string_view::npos) {
        to = field.most;
      }
      if (from > to) return wrong();
    }
    for (int value = from; value <= to; value += step) {
      into.set(static_cast<std::size_t>(field.most == 7 ? value % 7 : value));
    }
  }
  return {};
}

}  // namespace

Result<Cron> Cron::parse(std::string_view text, std::string_view zone) {
  std::vector<std::string_view> fields;
  for (const std::string_view word : split(text, ' ')) {
    if (!trim(word).empty()) fields.push_back(trim(word));
  }
  if (fields.size() != 5) {
    return fail(
        ErrorKind::kInvalidInput,
        fmt::format("'{}' has {} fields; it must have five: minute, hour, day of the month, "
                    "month, day of the week",
                    printable(shorten(text, 80)), fields.size()));
  }
  Cron cron;
  cron.text_ = std::string(text);
  if (!zone.empty()) {
    auto known = TimeZone::find(zone);
    if (!known) return fail(known.error().context("time_zone"));
    cron.zone_ = std::move(*known);
  }
  Result<void> read = read_field(fields[0], {"minute", 0, 59}, cron.minutes_);
  if (read) read = read_field(fields[1], {"hour", 0, 23}, cron.hours_);
  if (read) read = read_field(fields[2], {"day of the month", 1, 31}, cron.days_);
  if (read) read = read_field(fields[3], {"month", 1, 12}, cron.months_);
  if (read) read = read_field(fields[4], {"day of the week", 0, 7}, cron.weekdays_);
  if (!read) return fail(read.error());
  cron.any_day_ = fields[2].front() == '*';
  cron.any_weekday_ = fields[4].front() == '*';
  return cron;
}

bool Cron::on_day(int month, int day, int weekday) const {
  if (!months_.test(static_cast<std::size_t>(month))) return false;
  const bool day_fits = days_.test(static_cast<std::size_t>(day));
  const bool weekday_fits = weekdays_.test(static_cast<std::size_t>(weekday));
  return any_day_ || any_weekday_ ? day_fits && weekday_fits : day_fits || weekday_fits;
}

template <typename Each>
bool Cron::each_of_day(long day, bool backwards, Each each) const {
  const date::local_days local{date::days{day}};
  const date::year_month_day calendar{local};
  const date::weekday weekday{local};
  if (!on_day(static_cast<int>(static_cast<unsigned>(calendar.month())),
              static_cast<int>(static_cast<unsigned>(calendar.day())),
              static_cast<int>(weekday.c_encoding()))) {
    return false;
  }
  static const date::time_zone* const kUtc = date::locate_zone("Etc/UTC");
  const date::time_zone* zone = zone_.zone() == nullptr ? kUtc : zone_.zone();
  for (int i = 0; i < 24 * 60; ++i) {
    const int minute = backwards ? 24 * 60 - 1 - i : i;
    if (!hours_.test(static_cast<std::size_t>(minute / 60)) ||
        !minutes_.test(static_cast<std::size_t>(minute % 60))) {
      continue;
    }
    const auto moment = zone->to_sys(local + std::chrono::minutes{minute}, date::choose::earliest);
    if (each(std::chrono::time_point_cast<Duration>(moment))) return true;
  }
  return false;
}

std::optional<Time> Cron::last_until(Time time) const {
  // Zones are less than a day ahead of UTC.
  const long today = std::chrono::floor<date::days>(time).time_since_epoch().count() + 1;
  std::optional<Time> found;
  for (long day = today; day > today - kFarthestDays; --day) {
    const bool done = each_of_day(day, true, [&](Time moment) {
      if (moment > time) return false;
      found = moment;
      return true;
    });
    if (done) return found;
  }
  return std::nullopt;
}

std::optional<Time> Cron::next_after(Time time) const {
  const long today = std::chrono::floor<date::days>(time).time_since_epoch().count() - 1;
  std::optional<Time> found;
  for (long day = today; day < today + kFarthestDays; ++day) {
    const bool done = each_of_day(day, false, [&](Time moment) {
      if (moment <= time) return false;
      found = moment;
      return true;
    });
    if (done) return found;
  }
  return std::nullopt;
}

}  // namespace livesonic
