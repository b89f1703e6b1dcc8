// SPDX-License-Identifier: Apache-2.0
#include "livesonic/actions/ownership.h"

#include <fmt/format.h>

#include <algorithm>

namespace livesonic::actions {
namespace {

bool holds(const std::vector<std::string>& all, const std::string& one) {
  return std::ranges::find(all, one) != all.end();
}

}  // namespace

bool has_target_groups(ClusterKind kind) {
  return kind == ClusterKind::kAlb || kind == ClusterKind::kNlb ||
         kind == ClusterKind::kTargetGroup;
}

std::string why_not_owned(const Cluster& cluster, const aws::AutoScalingGroup& group,
                          const std::vector<std::string>& target_group_arns,
                          const std::vector<std::string>& members) {
  if (cluster.kind == ClusterKind::kAsg) {
    if (group.name == cluster.resource) return {};
    return fmt::format("the cluster {} is the Auto Scaling group {}, not {}", cluster.name,
                       cluster.resource, group.name);
  }
  if (cluster.kind == ClusterKind::kElb) {
    if (holds(group.load_balancer_names, cluster.resource)) return {};
  } else if (has_target_groups(cluster.kind)) {
    if (std::ranges::any_of(group.target_group_arns, [&](const std::string& arn) {
          return holds(target_group_arns, arn);
        })) {
      return {};
    }
  } else {
    const auto stranger = std::ranges::find_if(
        group.instances, [&](const auto& instance) { return !holds(members, instance.id); });
    if (!group.instances.empty() && stranger == group.instances.end()) return {};
    if (stranger != group.instances.end()) {
      return fmt::format(
          "the Auto Scaling group {} has instances that are none of the cluster {}, "
          "such as {}",
          group.name, cluster.name, stranger->id);
    }
  }
  return fmt::format(
      "the Auto Scaling group {} does not register its instances with what the "
      "cluster {} stands behind",
      group.name, cluster.name);
}

std::vector<std::string> chosen_arns(const Cluster& cluster,
                                     const std::vector<aws::TargetGroup>& groups) {
  std::vector<std::string> arns;
  for (const aws::TargetGroup& group : groups) {
    const bool takes_hosts = group.target_type == "instance" || group.target_type == "ip";
    const bool named = cluster.kind == ClusterKind::kTargetGroup || cluster.target_groups.empty() ||
                       holds(cluster.target_groups, group.name);
    if (takes_hosts && named) arns.push_back(group.arn);
  }
  return arns;
}

std::string instance_id_of(const aws::Target& target) {
  if (target.id.starts_with("i-")) return target.id;
  std::string id = "ip-" + target.id;
  std::ranges::replace(id, ':', '-');
  return id;
}

}  // namespace livesonic::actions
