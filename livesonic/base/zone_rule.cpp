// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/zone_rule.h"

#include <charconv>

namespace livesonic {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// At most `most`.
std::optional<unsigned> take_number(std::string_view& text, unsigned most) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value > most) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

// "EST" or "<+03>"
std::optional<std::string> take_name(std::string_view& text) {
  const bool quoted = take(text, '<');
  const std::size_t end = quoted ? text.find('>') : text.find_first_of("+-0123456789,");
  const std::string name(text.substr(0, end));
  if (name.size() < 3 || name.size() > 16 || (quoted && end == std::string_view::npos)) {
    return std::nullopt;
  }
  text.remove_prefix(name.size() + (quoted ? 1 : 0));
  return name;
}

// "5", "-3:30", "+01:00:00"
std::optional<seconds> take_time(std::string_view& text) {
  const bool negative = take(text, '-');
  if (!negative) take(text, '+');
  const auto hours = take_number(text, 167);
  if (!hours) return std::nullopt;
  seconds total = std::chrono::hours{*hours};
  for (const int unit : {60, 1}) {
    if (!take(text, ':')) break;
    const auto count = take_number(text, 59);
    if (!count) return std::nullopt;
    total += seconds{static_cast<int>(*count) * unit};
  }
  return negative ? -total : total;
}

// ",M3.2.0/2"
bool take_day(std::string_view& text, ZoneRule::Day& day) {
  if (!take(text, ',') || !take(text, 'M')) return false;
  const auto month = take_number(text, 12);
  if (!month || *month == 0 || !take(text, '.')) return false;
  const auto week = take_number(text, 5);
  if (!week || *week == 0 || !take(text, '.')) return false;
  const auto weekday = take_number(text, 6);
  if (!weekday) return false;
  day.month = *month;
  day.week = *week;
  day.weekday = *weekday;
  if (!take(text, '/')) return true;
  const auto time = take_time(text);
  if (time) day.time = *time;
  return time.has_value();
}

// By the clocks that are `east` of UTC until then.
sys_seconds moment(std::chrono::year year, const ZoneRule::Day& day, seconds east) {
  using namespace std::chrono;
  const month_weekday_last last{month{day.month}, weekday_last{weekday{day.weekday}}};
  const sys_days date = day.week == 5
                            ? sys_days{year / last}
                            : sys_days{year / month{day.month} / weekday{day.weekday}[day.week]};
  return date + day.time - east;
}

}  // namespace

const ZoneRule::Part& ZoneRule::at(sys_seconds time) const {
  if (!summer) return standard;
  const auto day = std::chrono::floor<std::chrono::days>(time + standard.east);
  const std::chrono::year year = std::chrono::year_month_day{day}.year();
  const sys_seconds begin = moment(year, summer_begins, standard.east);
  const sys_seconds end = moment(year, summer_ends, summer->east);
  // In the south summer begins late in the year and ends early in it.
  const bool is_summer = begin < end ? time >= begin && time < end : time >= begin || time < end;
  return is_summer ? *summer : standard;
}

std::optional<ZoneRule> parse_zone_rule(std::string_view text) {
  ZoneRule rule;
  const auto name = take_name(text);
  if (!name) return std::nullopt;
  const auto west = take_time(text);
  if (!west) return std::nullopt;
  rule.standard = {-*west, *name};
  if (text.empty()) return rule;
  const auto summer = take_name(text);
  if (!summer) return std::nullopt;
  rule.summer = ZoneRule::Part{rule.standard.east + std::chrono::hours{1}, *summer};
  if (!text.starts_with(',')) {
    const auto summer_west = take_time(text);
    if (!summer_west) return std::nullopt;
    rule.summer->east = -*summer_west;
  }
  if (!take_day(text, rule.summer_begins) || !take_day(text, rule.summer_ends) || !text.empty()) {
    return std::nullopt;
  }
  return rule;
}

}  // namespace livesonic
