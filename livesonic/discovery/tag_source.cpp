// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/tag_source.h"

namespace livesonic::discovery {

Membership join(const std::vector<aws::Ec2Instance>& instances) {
  Membership membership;
  membership.lister = "the search for the tags";
  for (const aws::Ec2Instance& instance : instances) {
    if (has_ended(instance.state)) continue;
    membership.members.push_back({instance.id, instance.state, "", ""});
  }
  return membership;
}

Result<Membership> tag_members(Region& region, const Cluster& cluster,
                               const std::stop_token& stop) {
  const auto tags = parse_tags(cluster.resource);
  if (!tags) return fail(tags.error());
  aws::Filters filters{{"instance-state-name", {"pending", "running"}}};
  for (const auto& [key, value] : *tags) filters.push_back({"tag:" + key, {value}});
  const auto found = region.find_instances(filters, stop);
  if (!found) return fail(found.error());
  return join(*found);
}

}  // namespace livesonic::discovery
