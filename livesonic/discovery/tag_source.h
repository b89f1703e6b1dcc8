// SPDX-License-Identifier: Apache-2.0
// Clusters of kind `tag`: the EC2 instances that have certain tags.
#pragma once

#include <stop_token>
#include <vector>

#include "livesonic/aws/ec2.h"
#include "livesonic/discovery/fleet_source.h"
#include "livesonic/discovery/region.h"

namespace livesonic::discovery {

// One DescribeInstances for a thousand of them; those that are pending or running are members.
Result<Membership> tag_members(Region& region, const Cluster& cluster, const std::stop_token& stop);

// Pure.
Membership join(const std::vector<aws::Ec2Instance>& instances);

}  // namespace livesonic::discovery
