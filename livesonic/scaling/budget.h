// SPDX-License-Identifier: Apache-2.0
// A budget that is kept: what may run now, so that the hour's and the month's sum are not exceeded.
#pragma once

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

// The first moment of the month after `now`, UTC.
Time end_of_month(Time now);

}  // namespace livesonic::scaling
