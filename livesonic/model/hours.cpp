// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/hours.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "livesonic/base/text.h"

namespace livesonic {
namespace {

constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr int kDay = 24 * 60;

std::optional<std::size_t> day_of(std::string_view text) {
  const auto found = std::find(kDays.begin(), kDays.end(), text);
  if (found == kDays.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kDays.begin());
}

// "Mon-Fri,Sun"
std::optional<std::bitset<7>> days_of(std::string_view text) {
  std::bitset<7> days;
  for (const std::string_view part : split(text, ',')) {
    const auto ends = split(part, '-');
    if (ends.size() > 2) return std::nullopt;
    const auto first = day_of(trim(ends.front()));
    const auto last = day_of(trim(ends.back()));
    if (!first || !last) return std::nullopt;
    for (std::size_t day = *first;; day = (day + 1) % 7) {
      days.set(day);
      if (day == *last) break;
    }
  }
  return days;
}

std::optional<int> number_of(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.size() != 2 || error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

// "09:00"
std::optional<int> minute_of(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() != 2) return std::nullopt;
  const auto hours = number_of(parts[0]);
  const auto minutes = number_of(parts[1]);
  if (!hours || !minutes || *hours < 0 || *minutes < 0 || *minutes > 59) return std::nullopt;
  const int minute = *hours * 60 + *minutes;
  return minute > kDay ? std::nullopt : std::optional(minute);
}

}  // namespace

Result<HoursWindow> parse_hours(std::string_view text) {
  const auto wrong = [&] {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("'{}' are no hours: write them as 'Mon-Fri 09:00-18:00'",
                            printable(shorten(text, 80))));
  };
  HoursWindow window;
  window.days.set();
  window.to = kDay;
  const std::string_view trimmed = trim(text);
  const std::size_t space = trimmed.rfind(' ');
  const std::string_view last =
      space == std::string_view::npos ? trimmed : trim(trimmed.substr(space));
  std::string_view days = space == std::string_view::npos ? "" : trim(trimmed.substr(0, space));
  if (last.find(':') == std::string_view::npos) {
    days = trimmed;
  } else {
    const auto ends = split(last, '-');
    if (ends.size() != 2) return wrong();
    const auto from = minute_of(ends[0]);
    const auto to = minute_of(ends[1]);
    if (!from || !to || *from == kDay) return wrong();
    window.from = *from;
    window.to = *to;
  }
  if (!days.empty()) {
    const auto named = days_of(days);
    if (!named) return wrong();
    window.days = *named;
  } else if (trimmed.empty()) {
    return wrong();
  }
  return window;
}

std::string to_string(const HoursWindow& window) {
  std::string days;
  for (std::size_t day = 0; day < kDays.size(); ++day) {
    if (window.days[day]) days += (days.empty() ? "" : ",") + std::string(kDays.at(day));
  }
  return fmt::format("{} {:02}:{:02}-{:02}:{:02}", days, window.from / 60, window.from % 60,
                     window.to / 60, window.to % 60);
}

bool is_within(const std::vector<HoursWindow>& windows, const LocalMoment& moment) {
  const auto today = static_cast<std::size_t>(moment.weekday);
  const std::size_t yesterday = (today + 6) % 7;
  return windows.empty() || std::ranges::any_of(windows, [&](const HoursWindow& window) {
           if (window.from < window.to) {
             return window.days[today] && moment.minute >= window.from && moment.minute < window.to;
           }
           return (window.days[today] && moment.minute >= window.from) ||
                  (window.days[yesterday] && moment.minute < window.to);
         });
}

}  // namespace livesonic
