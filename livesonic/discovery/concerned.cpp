// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/concerned.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace livesonic::discovery {
namespace {

using Kind = CloudEventKind;

// Is `resource`, a target group's name or ARN, the one of that name?
bool is_target_group(std::string_view resource, const std::string& name) {
  return resource == name || resource.find(":targetgroup/" + name + '/') != std::string_view::npos;
}

bool has_target_group(const Cluster& cluster, const std::string& name) {
  if (cluster.kind == ClusterKind::kTargetGroup) return is_target_group(cluster.resource, name);
  if (cluster.kind != ClusterKind::kAlb && cluster.kind != ClusterKind::kNlb) return false;
  // Which target groups a balancer has is asked, not kept: it may have any.
  return cluster.target_groups.empty() ||
         std::find(cluster.target_groups.begin(), cluster.target_groups.end(), name) !=
             cluster.target_groups.end();
}

// May it have brought an instance that nobody has seen yet?
bool may_bring(const CloudEvent& event) {
  return (event.kind == Kind::kInstanceState && event.detail == "running") ||
         event.kind == Kind::kGroup || event.kind == Kind::kService;
}

}  // namespace

void Whereabouts::add(const Cluster& cluster, const std::string& region,
                      const std::vector<Instance>& watched) {
  Place place{.cluster = cluster, .region = region, .empty = watched.empty(), .groups = {}};
  for (const Instance& instance : watched) {
    clusters_of_[instance.id].insert(cluster.name);
    if (!instance.standing.group.empty()) place.groups.insert(instance.standing.group);
  }
  places_.push_back(std::move(place));
}

bool Whereabouts::names(const Place& place, const CloudEvent& event) const {
  const Cluster& cluster = place.cluster;
  if (is_registration(cluster)) return false;
  if (!event.group.empty()) {
    if (cluster.kind == ClusterKind::kAsg && cluster.resource == event.group) return true;
    if (place.groups.contains(event.group)) return true;
  }
  if (!event.service.empty() && cluster.kind == ClusterKind::kEcsService &&
      cluster.resource == event.service) {
    return true;
  }
  if (!event.balancer.empty() && cluster.kind == ClusterKind::kElb &&
      cluster.resource == event.balancer) {
    return true;
  }
  return !event.target_group.empty() && has_target_group(cluster, event.target_group);
}

std::set<std::string> Whereabouts::concerned(const CloudEvent& event) const {
  std::set<std::string> found;
  if (event.kind == Kind::kOther) return found;
  for (const std::string& id : event.instances) {
    const auto of = clusters_of_.find(id);
    if (of != clusters_of_.end()) found.insert(of->second.begin(), of->second.end());
  }
  const auto is_there = [&](const Place& place) {
    return event.region.empty() || place.region.empty() || place.region == event.region;
  };
  for (const Place& place : places_) {
    if (is_there(place) && names(place, event)) found.insert(place.cluster.name);
  }
  if (!found.empty() || !may_bring(event)) return found;
  // A new instance: of a group that is new too, of one with certain tags, or of a cluster that has
  // had none.
  for (const Place& place : places_) {
    const Cluster& cluster = place.cluster;
    if (!is_there(place) || cluster.kind == ClusterKind::kStatic) continue;
    const bool is_asg = cluster.kind == ClusterKind::kAsg;
    if (is_registration(cluster)) {
      const bool by_tag = cluster.resource.starts_with("tag:");
      if (is_asg && !event.group.empty() && (by_tag || matches(cluster.resource, event.group))) {
        found.insert(cluster.name);
      }
      continue;
    }
    const bool is_ec2s = event.kind != Kind::kService;
    const bool is_ecs = cluster.kind == ClusterKind::kEcsService;
    if (is_ec2s && cluster.kind == ClusterKind::kTag) found.insert(cluster.name);
    if (place.empty && !is_asg && is_ec2s != is_ecs) found.insert(cluster.name);
  }
  return found;
}

}  // namespace livesonic::discovery
