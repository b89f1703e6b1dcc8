// SPDX-License-Identifier: Apache-2.0
// Clusters of kind `elb`: the instances registered with a classic load balancer.
#pragma once

#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/aws/elb.h"
#include "livesonic/discovery/fleet_source.h"
#include "livesonic/discovery/region.h"

namespace livesonic::discovery {

// The balancer's registration (DescribeLoadBalancers, shared with the clusters of `others`) with
// the health of each (DescribeInstanceHealth). An instance that is in only one of the two answers
// has just been added or removed; it counts as a member until both agree.
Result<Membership> elb_members(Region& region, const Cluster& cluster,
                               const std::set<std::string>& others, const std::stop_token& stop);

// Pure: joins the two answers, in order of registration.
std::vector<Member> join(const aws::LoadBalancer& balancer,
                         const std::vector<aws::InstanceHealth>& health);

}  // namespace livesonic::discovery
