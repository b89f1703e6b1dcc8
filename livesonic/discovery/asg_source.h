// SPDX-License-Identifier: Apache-2.0
// Clusters of kind `asg`: the instances of an Auto Scaling group.
#pragma once

#include <stop_token>

#include "livesonic/discovery/facts.h"
#include "livesonic/discovery/fleet_source.h"
#include "livesonic/discovery/region.h"

namespace livesonic::discovery {

// One listing of the region's groups, shared by all clusters there.
Result<Membership> asg_members(Region& region, const Cluster& cluster, const std::stop_token& stop);

// Pure: the lifecycle state is the state ("InService", "Standby", …), the health the reason.
Membership join(const aws::AutoScalingGroup& group);

}  // namespace livesonic::discovery
