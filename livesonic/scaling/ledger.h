// SPDX-License-Identifier: Apache-2.0
// What the instances of a cluster have cost since it was billed last. Pure functions.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "livesonic/model/cost.h"
#include "livesonic/model/instance.h"

namespace livesonic::scaling {

// Is it paid for? EC2's instances are while they are running; those that boot, stop, are stopped or
// terminated aren't, nor what is no instance of EC2: tasks of Fargate, and hosts of a list.
bool is_paid(const Instance& instance);

// USD an hour of the instance; none where it isn't known.
using PriceOf = std::function<std::optional<double>(const Instance& instance)>;

// The lines for the time from `from` to `until`, split at the hours' boundaries, in their order.
// Each instance is paid from `from` on, or from its launch where that is later.
//
// Where nobody looked for a while, those that are there now are billed for all of that time, by
// today's prices, and those that left meanwhile for nothing: nobody knows when they left, and a
// bill that forgot a night would be further off than one that takes the fleet for steady.
std::vector<CostLine> bill_for(const std::vector<Instance>& instances, const PriceOf& price,
                               Time from, Time until);

}  // namespace livesonic::scaling
