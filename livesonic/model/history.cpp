// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/history.h"

#include <fmt/format.h>

namespace livesonic {

namespace chrono = std::chrono;

Month month_of(Time time) {
  const chrono::year_month_day date{chrono::floor<chrono::days>(time)};
  return {int(date.year()), unsigned(date.month())};
}

Month months_before(Month month, int count) {
  const int index = month.year * 12 + static_cast<int>(month.month) - 1 - count;
  return {index / 12, static_cast<unsigned>(index % 12) + 1};
}

Time start_of(Month month) {
  return chrono::sys_days{chrono::year{month.year} / chrono::month{month.month} / chrono::day{1}};
}

std::string to_string(Month month) {
  return fmt::format("{:04}-{:02}", month.year, month.month);
}

}  // namespace livesonic
