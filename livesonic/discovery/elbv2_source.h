// SPDX-License-Identifier: Apache-2.0
// Clusters of kinds `alb`, `nlb` and `target_group`: the targets of a balancer's target groups, or
// of one. Targets are instances or addresses; Lambda functions, and balancers behind balancers, are
// no hosts and are left out.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/aws/elbv2.h"
#include "livesonic/discovery/fleet_source.h"
#include "livesonic/discovery/region.h"

namespace livesonic::discovery {

// One DescribeTargetHealth for each target group; the rest is shared.
Result<Membership> elbv2_members(Region& region, const Cluster& cluster,
                                 const std::stop_token& stop);

// A target group with what stands behind it.
struct Targets {
  aws::TargetGroup group;
  std::vector<aws::TargetHealth> health;
};

// Pure: the target groups that the cluster is about; an error that names what is missing.
Result<std::vector<aws::TargetGroup>> choose(const Cluster& cluster,
                                             const std::vector<aws::LoadBalancerV2>& balancers,
                                             const std::vector<aws::TargetGroup>& groups);

// Pure: a member for each target, however many groups and ports it is registered with. It is in the
// worst of its states: "unhealthy" before "healthy".
Membership join(const std::vector<Targets>& all);

}  // namespace livesonic::discovery
