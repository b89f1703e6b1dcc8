// SPDX-License-Identifier: Apache-2.0
// Which instances to buy, and which to give up: by price, by the risk of losing them, and spread
// over many pools. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "livesonic/model/purchase.h"
#include "livesonic/model/scaling.h"
#include "livesonic/scaling/bounds.h"

namespace livesonic::scaling {

// Spot instances of a type in a zone.
struct Pool {
  std::string type;
  std::string zone;
  double price = 0;            // USD an hour
  double on_demand_price = 0;  // of the same type
  double interrupted = 0;      // share of its instances that is reclaimed in an hour
  bool barred = false;         // refused us for lack of capacity lately, or is reclaiming
};

// Those of this purchase's type and zone; null where there are none.
const Pool* find_pool(const std::vector<Pool>& pools, const Purchase& kind);

// The share of a pool's instances that is reclaimed in an hour, by what it did while instances ran
// there for so many hours; until it has a record of its own: once in a week.
double interrupted_rate(double events, double instance_hours);

struct Holding {
  int on_demand = 0;
  std::vector<int> spot;  // by pool
};

// Spot at or above 90 % of on-demand is not spot; the caps of the policy hold at the time of
// launch.
bool within_limits(const Pool& pool, const Bounds& bounds);

// What an hour of the pool costs: its price, and what is lost with an instance that is reclaimed
// (booting another one, and the time until it serves), weighed by how often that happens.
double true_price(const Pool& pool, Duration warmup);

// How many of `total` instances are to be on-demand: the base, and the share of those beyond.
int on_demand_quota(const OnDemandRules& rules, int total);

// What to buy so that there are `total`: on-demand up to the quota, the rest spot, instance by
// instance in the pool that is cheapest by its true price among those within the limits, not
// barred, and below their share, which is also such that there are as many pools as the policy asks
// for; a pool and a zone that hold much already seem dearer, by up to 10 and 20 %. What no pool
// takes is left: those instances wait or become on-demand, as the caller decides.
Holding to_buy(const ScalingPolicy& policy, const Bounds& bounds, const std::vector<Pool>& pools,
               const Holding& owned, int total);

// What to give up so that there are `total`: on-demand beyond the quota first, then spot in barred
// pools, then in the dearest by its true price.
Holding to_end(const ScalingPolicy& policy, const std::vector<Pool>& pools, const Holding& owned,
               int total);

int count(const Holding& holding);

}  // namespace livesonic::scaling
