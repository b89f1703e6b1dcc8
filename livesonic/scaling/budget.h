// SPDX-License-Identifier: Apache-2.0
// A budget that is kept: what may run now, so that the hour's and the month's sum are not exceeded.
#pragma once

#include <optional>

#include "livesonic/base/clock.h"
#include "livesonic/model/scaling.h"

namespace livesonic::scaling {

struct Spending {
  double this_month = 0;  // USD since the month began, UTC
  double price = 0;       // USD an hour for one more instance, at the dearest that may be bought
};

// How many instances may run in the hour from `now` on. The rest of the month is set aside for
// `min` instances, so that a busy week never leaves the fleet without its floor; never below min,
// which goes before the budget (and is worth an incident where it exceeds it).
int affordable(const ScalingBudget& budget, const Spending& spending, int min, Time now);

// USD that may be spent in an hour from `now` on, none where no budget is set; `floor_price`: USD
// an hour for what is never given up. The rest of the month is set aside for that.
std::optional<double> allowance(const ScalingBudget& budget, double this_month, double floor_price,
                                Time now);

// The first moment of the month of `now`, UTC.
Time begin_of_month(Time now);
// The first moment of the month after `now`, UTC.
Time end_of_month(Time now);

}  // namespace livesonic::scaling
