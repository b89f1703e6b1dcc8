// SPDX-License-Identifier: Apache-2.0
// Recurring moments as cron has them, in a time zone. Pure, but for the system's zone files.
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/base/time_zone.h"

namespace livesonic {

// "0 8 * * mon-fri": minute, hour, day of the month, month, day of the week, with lists, ranges,
// steps and names, as in crontab(5): where both kinds of day are restricted, either will do.
//
// A moment that the clocks skip in spring is the first one after the gap; one that comes twice in
// autumn is its first time. Thread-safe once made.
class Cron {
 public:
  // `zone` is a name of the tz database ("Asia/Tokyo"); empty is UTC. The error says which field is
  // wrong and what may stand there.
  static Result<Cron> parse(std::string_view text, std::string_view zone);

  // The last moment that is not after `time`, and the first one after it; none within five years.
  [[nodiscard]] std::optional<Time> last_until(Time time) const;
  [[nodiscard]] std::optional<Time> next_after(Time time) const;

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::string& zone() const { return zone_.name(); }
  friend bool operator==(const Cron& a, const Cron& b) {
    return a.text_ == b.text_ && a.zone_ == b.zone_;
  }

 private:
  Cron() = default;
  [[nodiscard]] bool on_day(int month, int day, int weekday) const;
  // The moments of a day, of the zone's calendar, counted from 1970; in order.
  template <typename Each>
  bool each_of_day(long day, bool backwards, Each each) const;

  std::string text_;
  TimeZone zone_;
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<7> weekdays_;  // 0: Sunday
  bool any_day_ = true;
  bool any_weekday_ = true;
};

}  // namespace livesonic
