// SPDX-License-Identifier: Apache-2.0
// Which Auto Scaling group belongs to a cluster, so that nothing of anybody else's is changed. Pure
// functions.
#pragma once

#include <string>
#include <vector>

#include "livesonic/aws/autoscaling.h"
#include "livesonic/aws/elbv2.h"
#include "livesonic/model/cluster.h"

namespace livesonic::actions {

// Empty when the group is the cluster's: the cluster is that very group; or the group registers
// its instances with the cluster's balancer or target groups; or, where the cluster has neither,
// all its instances are watched members. Else why it isn't, in a sentence.
std::string why_not_owned(const Cluster& cluster, const aws::AutoScalingGroup& group,
                          const std::vector<std::string>& target_group_arns,
                          const std::vector<std::string>& members);

// Does the cluster stand behind balancers that AWS registers targets with?
bool has_target_groups(ClusterKind kind);
// Of the balancer's target groups (all of them) those that the cluster names; for a target group
// itself that one.
std::vector<std::string> chosen_arns(const Cluster& cluster,
                                     const std::vector<aws::TargetGroup>& groups);
// What a target is called as an instance: an address is "ip-10.0.3.7".
std::string instance_id_of(const aws::Target& target);

}  // namespace livesonic::actions
