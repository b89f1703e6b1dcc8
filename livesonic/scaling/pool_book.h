// SPDX-License-Identifier: Apache-2.0
// What our own record says of the pools: how often each has taken instances back, and which are
// better left alone for a while. Pure functions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/model/action.h"
#include "livesonic/model/instance.h"
#include "livesonic/model/purchase.h"
#include "livesonic/scaling/market.h"

namespace livesonic::scaling {

// When AWS took something back, or said that it will, or may.
struct Reclaim {
  Purchase pool;  // of the spot market
  Time at{};
  bool announced_only = false;  // it was recommended to move elsewhere
};

// Of all that the inventory knows, the departed among them.
std::vector<Reclaim> reclaims_of(const std::vector<Instance>& instances);

// Until when what is bought is left alone, of those that still are at `now`. `launches`: the
// actions of the last day that launched, or tried to.
//
// What AWS had none of is left alone for five minutes, and for twice as long each time that it has
// none again; success forgives. A pool that took instances back is left alone for an hour, and for
// twice as long each time that it does so again within a day; one that it was recommended to leave
// for an hour. Where at least half of a zone's pools, and two, have taken back within a quarter of
// an hour, all of the zone's are left alone for an hour.
std::map<std::string, Time> barred_until(const std::vector<Pool>& pools,
                                         const std::vector<Reclaim>& reclaims,
                                         const std::vector<Action>& launches, Time now);

// Notes in the pools what is known of them: `barred`, and the share that is reclaimed in an hour.
void note_record(std::vector<Pool>& pools, const std::vector<Instance>& instances,
                 const std::map<std::string, Time>& barred, Time now);

}  // namespace livesonic::scaling
