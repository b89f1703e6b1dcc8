// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/asg_source.h"

#include <fmt/format.h>

namespace livesonic::discovery {

Membership join(const aws::AutoScalingGroup& group) {
  Membership membership;
  membership.lister = "the Auto Scaling group";
  for (const aws::AutoScalingInstance& instance : group.instances) {
    const bool detaching = instance.lifecycle_state.starts_with("Detach");
    if (detaching || instance.lifecycle_state == "Terminated") continue;
    membership.members.push_back(
        {instance.id, instance.lifecycle_state, instance.health_status, ""});
  }
  Groups alone;
  alone.all = {group};
  membership.wanted = wanted_of(alone, [](const aws::AutoScalingGroup&) { return true; });
  return membership;
}

Result<Membership> asg_members(Region& region, const Cluster& cluster,
                               const std::stop_token& stop) {
  const auto groups = region.groups(cluster.name, stop);
  if (!groups) return fail(groups.error());
  if (const aws::AutoScalingGroup* group = (*groups)->named(cluster.resource)) return join(*group);
  return fail(ErrorKind::kNotFound,
              fmt::format("DescribeAutoScalingGroups: there is no Auto Scaling group '{}' here",
                          cluster.resource));
}

}  // namespace livesonic::discovery
