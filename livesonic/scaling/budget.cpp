// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/budget.h"

#include <algorithm>
#include <limits>

namespace livesonic::scaling {

Time begin_of_month(Time now) {
  using namespace std::chrono;
  const year_month_day day{floor<days>(now)};
  return Time{sys_days{day.year() / day.month() / 1}.time_since_epoch()};
}

Time end_of_month(Time now) {
  using namespace std::chrono;
  const year_month_day day{floor<days>(now)};
  const year_month_day first{day.year(), day.month(), std::chrono::day{1}};
  return Time{sys_days{first + months{1}}.time_since_epoch()};
}

std::optional<double> allowance(const ScalingBudget& budget, double this_month, double floor_price,
                                Time now) {
  std::optional<double> least = budget.per_hour;
  if (budget.per_month) {
    const double left_hours = static_cast<double>((end_of_month(now) - now).count()) / 3'600'000;
    const double hour = std::min(left_hours, 1.0);
    const double set_aside = floor_price * (left_hours - hour);
    const double left = *budget.per_month - this_month - set_aside;
    const double now_at_most = std::max(0.0, left / std::max(hour, 1e-6));
    least = std::min(least.value_or(now_at_most), now_at_most);
  }
  return least;
}

int affordable(const ScalingBudget& budget, const Spending& spending, int min, Time now) {
  constexpr double kAny = std::numeric_limits<int>::max();
  if (spending.price <= 0) return static_cast<int>(kAny);
  const auto usd = allowance(budget, spending.this_month, min * spending.price, now);
  const double most = usd ? *usd / spending.price : kAny;
  const double whole = std::clamp(most + 1e-9, 0.0, 1e9);
  return std::max(min, static_cast<int>(whole));
}

}  // namespace livesonic::scaling
