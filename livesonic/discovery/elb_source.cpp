// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/elb_source.h"

#include <algorithm>
#include <map>

namespace livesonic::discovery {

std::vector<Member> join(const aws::LoadBalancer& balancer,
                         const std::vector<aws::InstanceHealth>& health) {
  std::map<std::string, const aws::InstanceHealth*> by_id;
  for (const aws::InstanceHealth& one : health) by_id.emplace(one.instance_id, &one);

  std::vector<Member> members;
  std::set<std::string> listed;
  const auto add = [&](const std::string& id) {
    if (!listed.insert(id).second) return;
    const auto found = by_id.find(id);
    if (found == by_id.end()) {
      members.push_back({id, "Unknown", "N/A", "the balancer has no health for it yet"});
    } else {
      const aws::InstanceHealth& one = *found->second;
      members.push_back({id, one.state, one.reason_code, one.description});
    }
  };
  for (const std::string& id : balancer.instance_ids) add(id);
  for (const aws::InstanceHealth& one : health) add(one.instance_id);
  return members;
}

Result<Membership> elb_members(Region& region, const Cluster& cluster,
                               const std::set<std::string>& others, const std::stop_token& stop) {
  const auto balancer = region.classic(cluster.name, cluster.resource, others, stop);
  if (!balancer) return fail(balancer.error());
  const auto health = region.elb().describe_instance_health(cluster.resource, stop);
  if (!health) return fail(health.error());
  Membership membership;
  membership.members = join(*balancer, *health);
  if (const auto groups = region.perhaps_groups(cluster.name, stop)) {
    membership.wanted = wanted_of(*groups, [&](const aws::AutoScalingGroup& group) {
      const auto& names = group.load_balancer_names;
      return std::find(names.begin(), names.end(), cluster.resource) != names.end();
    });
  }
  return membership;
}

}  // namespace livesonic::discovery
