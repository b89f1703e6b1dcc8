// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/time_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "livesonic/base/text.h"

namespace livesonic {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::sys_days;

constexpr std::int64_t kLongestMs = std::int64_t{100} * 366 * 24 * 3600 * 1000;

constexpr Time kFirst{sys_days{std::chrono::year{1970} / 1 / 1}};
constexpr Time kEnd{sys_days{std::chrono::year{10'000} / 1 / 1}};

struct Unit {
  std::string_view name;
  std::int64_t ms;
};
constexpr std::array<Unit, 5> kUnits{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

// Reads exactly `digits` decimal digits at `at` and moves past them; -1 when they aren't there.
int take_number(std::string_view text, std::size_t& at, std::size_t digits) {
  if (text.size() < at + digits) return -1;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const char c = text[at + i];
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  at += digits;
  return value;
}

bool take(std::string_view text, std::size_t& at, std::string_view any_of) {
  if (at >= text.size() || any_of.find(text[at]) == std::string_view::npos) return false;
  ++at;
  return true;
}

tl::unexpected<Error> not_a_time(std::string_view text) {
  return fail(
      ErrorKind::kInvalidInput,
      fmt::format("'{}' is not a time such as 2026-03-01T08:30:00Z", printable(shorten(text, 64))));
}

}  // namespace

std::string to_iso8601(Time time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", int(date.year()), unsigned(date.month()),
                  unsigned(date.day()), clock.hours().count(), clock.minutes().count(),
                  clock.seconds().count());
  if (const auto ms = clock.subseconds().count(); ms != 0) text += fmt::format(".{:03}", ms);
  return text + "Z";
}

Result<Time> parse_iso8601(std::string_view text) {
  std::size_t at = 0;
  const int year = take_number(text, at, 4);
  if (year < 1970 || !take(text, at, "-")) return not_a_time(text);
  const int month = take_number(text, at, 2);
  if (month < 1 || !take(text, at, "-")) return not_a_time(text);
  const int day = take_number(text, at, 2);
  if (day < 1 || !take(text, at, "Tt ")) return not_a_time(text);
  const int hour = take_number(text, at, 2);
  if (hour < 0 || hour > 23 || !take(text, at, ":")) return not_a_time(text);
  const int minute = take_number(text, at, 2);
  if (minute < 0 || minute > 59 || !take(text, at, ":")) return not_a_time(text);
  const int second = take_number(text, at, 2);
  if (second < 0 || second > 60) return not_a_time(text);

  int ms = 0;
  if (take(text, at, ".,")) {
    int scale = 100;
    const std::size_t first = at;
    for (int digit = take_number(text, at, 1); digit >= 0; digit = take_number(text, at, 1)) {
      ms += digit * scale;
      scale /= 10;
    }
    if (at == first) return not_a_time(text);
  }

  std::chrono::minutes offset{0};
  if (!take(text, at, "Zz")) {
    if (at >= text.size()) return not_a_time(text);
    const bool west = text[at] == '-';
    if (!take(text, at, "+-")) return not_a_time(text);
    const int hours = take_number(text, at, 2);
    take(text, at, ":");
    const int minutes = take_number(text, at, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return not_a_time(text);
    offset = std::chrono::minutes{(hours * 60 + minutes) * (west ? -1 : 1)};
  }
  if (at != text.size()) return not_a_time(text);

  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return not_a_time(text);
  const Time time = Time{sys_days{date}} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
                    std::chrono::seconds{second} + milliseconds{ms} - offset;
  // An offset or a leap second may lead out of the years that are taken.
  if (time < kFirst || time >= kEnd) return not_a_time(text);
  return time;
}

Result<Duration> parse_duration(std::string_view text) {
  const auto refused = [&] {
    return fail(
        ErrorKind::kInvalidInput,
        fmt::format("'{}' is not a duration such as 30s, 5m, 1h30m or 7d (at most 100 years)",
                    printable(shorten(text, 64))));
  };
  std::int64_t total = 0;
  std::string_view rest = text;
  if (rest.empty()) return refused();
  while (!rest.empty()) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
    if (error != std::errc{} || count < 0 || rest.front() == '-') return refused();
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    // The longest unit that fits: "ms" before "m".
    const std::size_t length = rest.find_first_of("0123456789");
    const std::string_view name = rest.substr(0, length);
    const Unit* unit = nullptr;
    for (const Unit& candidate : kUnits) {
      if (candidate.name == name) unit = &candidate;
    }
    if (unit == nullptr || count > (kLongestMs - total) / unit->ms) return refused();
    total += count * unit->ms;
    rest.remove_prefix(name.size());
  }
  return Duration{total};
}

std::string format_duration(Duration duration) {
  std::int64_t left = duration.count();
  if (left <= 0) return "0s";
  std::string text;
  for (const Unit& unit : kUnits) {
    if (left >= unit.ms) text += fmt::format("{}{}", left / unit.ms, unit.name);
    left %= unit.ms;
  }
  return text;
}

std::string format_age(Duration duration) {
  const std::int64_t seconds = std::max<std::int64_t>(0, duration.count() / 1000);
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3600) return fmt::format("{}m {}s", seconds / 60, seconds % 60);
  if (seconds < 86400) return fmt::format("{}h {}m", seconds / 3600, seconds / 60 % 60);
  return fmt::format("{}d {}h", seconds / 86400, seconds / 3600 % 24);
}

}  // namespace livesonic
