// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/budget.h"

#include <algorithm>
#include <limits>

namespace livesonic::scaling {

Time end_of_month(Time now) {
  using namespace std::chrono;
  const year_month_day day{floor<days>(now)};
  const year_month_day first{day.year(), day.month(), std::chrono::day{1}};
  return Time{sys_days{first + months{1}}.time_since_epoch()};
}

int affordable(const ScalingBudget& budget, const Spending& spending, int min, Time now) {
  double most = std::numeric_limits<int>::max();
  if (spending.price <= 0) return static_cast<int>(most);
  if (budget.per_hour) most = std::min(most, *budget.per_hour / spending.price);
  if (budget.per_month) {
    const double left_hours = static_cast<double>((end_of_month(now) - now).count()) / 3'600'000;
    const double hour = std::min(left_hours, 1.0);
    const double set_aside = min * spending.price * (left_hours - hour);
    const double left = *budget.per_month - spending.this_month - set_aside;
    most = std::min(most, left / (spending.price * std::max(hour, 1e-6)));
  }
  const double whole = std::clamp(most + 1e-9, 0.0, 1e9);
  return std::max(min, static_cast<int>(whole));
}

}  // namespace livesonic::scaling
