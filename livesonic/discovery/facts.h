// SPDX-License-Identifier: Apache-2.0
// AWS's words about instances in ours: EC2's, and joined with them those of the status checks and
// of the Auto Scaling groups. Pure functions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/aws/autoscaling.h"
#include "livesonic/aws/ec2.h"
#include "livesonic/discovery/fleet_source.h"

namespace livesonic::discovery {

// All groups of an account's region, and who is in them.
struct Groups {
  std::vector<aws::AutoScalingGroup> all;
  std::map<std::string, aws::AutoScalingInstance> instances;  // by id

  [[nodiscard]] const aws::AutoScalingGroup* named(const std::string& name) const;
};
Groups to_groups(std::vector<aws::AutoScalingGroup> groups);

// The running instances of an account's region that have something to be said of: a failed or
// unfinished check, a scheduled event. By id.
using Troubles = std::map<std::string, aws::Ec2InstanceStatus>;

// EC2's words alone.
Facts to_facts(const aws::Ec2Instance& instance);
// With the standing. What isn't known is null, and leaves its part of the standing empty.
Facts join(const aws::Ec2Instance& instance, const Groups* groups, const Troubles* troubles);

// How many instances the groups that `belongs` accepts are to have in all; nullopt when there are
// none, or when one counts in other units than instances.
template <typename Belongs>
std::optional<int> wanted_of(const Groups& groups, const Belongs& belongs) {
  std::optional<int> wanted;
  for (const aws::AutoScalingGroup& group : groups.all) {
    if (!belongs(group)) continue;
    if (!group.desired_capacity_type.empty() && group.desired_capacity_type != "units") return {};
    wanted = wanted.value_or(0) + static_cast<int>(group.desired_capacity);
  }
  return wanted;
}

}  // namespace livesonic::discovery
