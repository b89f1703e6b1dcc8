// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/aws_fleet.h"

#include <algorithm>
#include <utility>

#include "livesonic/discovery/asg_source.h"
#include "livesonic/discovery/ecs_source.h"
#include "livesonic/discovery/elb_source.h"
#include "livesonic/discovery/elbv2_source.h"
#include "livesonic/discovery/static_source.h"
#include "livesonic/discovery/tag_source.h"

namespace livesonic::discovery {
namespace {

bool has_tags(const aws::Tags& tags,
              const std::vector<std::pair<std::string, std::string>>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) {
    const auto found = tags.find(one.first);
    return found != tags.end() && matches(one.second, found->second);
  });
}

// The tags that the balancers themselves must have; none when the registration is by name.
std::vector<std::pair<std::string, std::string>> wanted_tags(const Cluster& registration) {
  if (!registration.resource.starts_with("tag:")) return {};
  auto tags = parse_tags(std::string_view(registration.resource).substr(4));
  if (!tags) return {};
  return std::move(*tags);
}

Result<std::vector<std::string>> matching_groups(Region& region, const Cluster& registration,
                                                 const std::stop_token& stop) {
  const auto groups = region.groups(registration.name, stop);
  if (!groups) return fail(groups.error());
  const auto tags = wanted_tags(registration);
  std::vector<std::string> names;
  for (const aws::AutoScalingGroup& group : (*groups)->all) {
    const bool fits =
        tags.empty() ? matches(registration.resource, group.name) : has_tags(group.tags, tags);
    if (fits && group.status.empty()) names.push_back(group.name);
  }
  return names;
}

Result<std::vector<std::string>> matching_balancers(Region& region, const Cluster& registration,
                                                    const std::stop_token& stop) {
  const auto balancers = region.balancers(registration.name, stop);
  if (!balancers) return fail(balancers.error());
  const std::string type = registration.kind == ClusterKind::kAlb ? "application" : "network";
  const auto wanted = wanted_tags(registration);
  std::vector<std::string> arns;
  for (const aws::LoadBalancerV2& one : **balancers) {
    if (one.type == type) arns.push_back(one.arn);
  }
  std::map<std::string, aws::Tags> tags;
  if (!wanted.empty()) {
    auto described = region.elbv2().describe_tags(arns, stop);
    if (!described) return fail(described.error());
    tags = std::move(*described);
  }
  std::vector<std::string> names;
  for (const aws::LoadBalancerV2& one : **balancers) {
    if (one.type != type) continue;
    const bool fits =
        wanted.empty() ? matches(registration.resource, one.name) : has_tags(tags[one.arn], wanted);
    if (fits) names.push_back(one.name);
  }
  return names;
}

Result<std::vector<std::string>> matching_classic(Region& region, const Cluster& registration,
                                                  const std::stop_token& stop) {
  const auto balancers = region.elb().describe_load_balancers({}, stop);
  if (!balancers) return fail(balancers.error());
  std::vector<std::string> names;
  for (const aws::LoadBalancer& one : *balancers) names.push_back(one.name);
  const auto wanted = wanted_tags(registration);
  if (wanted.empty()) {
    std::erase_if(names, [&](const auto& name) { return !matches(registration.resource, name); });
    return names;
  }
  const auto tags = region.elb().describe_tags(names, stop);
  if (!tags) return fail(tags.error());
  std::erase_if(names, [&](const std::string& name) {
    const auto of = tags->find(name);
    return of == tags->end() || !has_tags(of->second, wanted);
  });
  return names;
}

}  // namespace

Result<Region*> AwsFleet::region_of(const Cluster& cluster) {
  const auto account = accounts_.find(cluster.account, cluster.region);
  if (!account) return fail(account.error());
  Region* made = nullptr;
  {
    const std::lock_guard lock(mutex_);
    auto& region = regions_[*account];
    if (region) return region.get();
    region = std::make_unique<Region>((*account)->client(), clock_, interval_);
    made = region.get();
  }
  prepare(*made, cluster);
  return made;
}

void AwsFleet::outdate(const CloudEvent& event) {
  const std::lock_guard lock(mutex_);
  for (const auto& [account, region] : regions_) {
    if (account->region() == event.region) region->outdate(event);
  }
}

std::string AwsFleet::region_name(const Cluster& cluster) {
  const auto account = accounts_.find(cluster.account, cluster.region);
  return account ? (*account)->region() : std::string();
}

void AwsFleet::prepare(Region& region, const Cluster& cluster) {
  const auto clusters = inventory_.clusters();
  if (!clusters) return;  // it only costs a few more calls
  for (const Cluster& other : *clusters) {
    if (other.account != cluster.account || other.region != cluster.region) continue;
    const auto instances = inventory_.instances(other.name, storage::Which::kWatched);
    if (!instances) continue;
    std::vector<std::string> ids;
    for (const Instance& instance : *instances) {
      if (is_ec2_id(instance.id)) ids.push_back(instance.id);
    }
    region.expect(ids);
  }
}

std::set<std::string> AwsFleet::resources_like(const Cluster& cluster) {
  std::set<std::string> resources{cluster.resource};
  const auto clusters = inventory_.clusters();
  if (!clusters) return resources;
  for (const Cluster& other : *clusters) {
    if (other.kind == cluster.kind && other.account == cluster.account &&
        other.region == cluster.region && !is_registration(other)) {
      resources.insert(other.resource);
    }
  }
  return resources;
}

bool AwsFleet::holds_back(const Cluster& cluster) {
  if (cluster.kind == ClusterKind::kStatic) return false;
  const auto region = region_of(cluster);
  return region && !(*region)->begin_look(cluster.name);
}

Result<Membership> AwsFleet::members(const Cluster& cluster, const std::stop_token& stop) {
  if (cluster.kind == ClusterKind::kStatic) return static_members(cluster);
  const auto region = region_of(cluster);
  if (!region) return fail(region.error());
  auto members = ask_members(**region, cluster, stop);
  // It isn't over yet when it went well: describe() comes next.
  if (!members) (*region)->looked(&members.error());
  return members;
}

Result<Membership> AwsFleet::ask_members(Region& region, const Cluster& cluster,
                                         const std::stop_token& stop) {
  switch (cluster.kind) {
    case ClusterKind::kElb: {
      std::set<std::string> others = resources_like(cluster);
      others.erase(cluster.resource);  // alone it asks for itself
      return elb_members(region, cluster, others, stop);
    }
    case ClusterKind::kAlb:
    case ClusterKind::kNlb:
    case ClusterKind::kTargetGroup:
      return elbv2_members(region, cluster, stop);
    case ClusterKind::kAsg:
      return asg_members(region, cluster, stop);
    case ClusterKind::kEcsService:
      return ecs_members(region, cluster, resources_like(cluster), stop);
    case ClusterKind::kTag:
      return tag_members(region, cluster, stop);
    case ClusterKind::kStatic:
      break;
  }
  return static_members(cluster);
}

Result<std::vector<Facts>> AwsFleet::describe(const Cluster& cluster,
                                              const std::vector<std::string>& ids,
                                              const std::set<std::string>& fresh,
                                              const std::stop_token& stop) {
  std::vector<std::string> instances;
  std::vector<std::string> tasks;
  for (const std::string& id : ids) (is_ec2_id(id) ? instances : tasks).push_back(id);
  if (cluster.kind == ClusterKind::kStatic) return std::vector<Facts>{};
  const auto region = region_of(cluster);
  if (!region) return fail(region.error());
  auto facts = (*region)->describe(cluster.name, instances, fresh, stop);
  if (facts && cluster.kind == ClusterKind::kEcsService) {
    auto more = ecs_describe(**region, cluster, tasks, stop);
    if (more) {
      facts->insert(facts->end(), more->begin(), more->end());
    } else {
      facts = std::move(more);
    }
  }
  (*region)->looked(facts ? nullptr : &facts.error());
  return facts;
}

void AwsFleet::investigate(const Cluster& cluster, std::vector<Leaving>& leaving,
                           const std::stop_token& stop) {
  if (const auto region = region_of(cluster)) (*region)->investigate(leaving, stop);
}

Result<std::vector<std::string>> AwsFleet::matching(const Cluster& registration,
                                                    const std::stop_token& stop) {
  const auto region = region_of(registration);
  if (!region) return fail(region.error());
  auto names = ask_matching(**region, registration, stop);
  (*region)->looked(names ? nullptr : &names.error());
  return names;
}

Result<std::vector<std::string>> AwsFleet::ask_matching(Region& region, const Cluster& registration,
                                                        const std::stop_token& stop) {
  if (registration.kind == ClusterKind::kAsg) return matching_groups(region, registration, stop);
  if (registration.kind == ClusterKind::kElb) return matching_classic(region, registration, stop);
  return matching_balancers(region, registration, stop);
}

Result<bool> AwsFleet::exists(const Cluster& cluster, const std::stop_token& stop) {
  const auto region = region_of(cluster);
  if (!region) return fail(region.error());
  Result<void> found;
  if (cluster.kind == ClusterKind::kElb) {
    const auto one = (*region)->elb().describe_load_balancers({cluster.resource}, stop);
    if (!one) found = fail(one.error());
  } else if (cluster.kind == ClusterKind::kAsg) {
    const auto one = (*region)->autoscaling().describe_groups_named({cluster.resource}, stop);
    if (!one) return fail(one.error());
    return !one->empty();
  } else {
    const auto one = (*region)->elbv2().describe_load_balancers({cluster.resource}, stop);
    if (!one) found = fail(one.error());
  }
  if (found) return true;
  if (found.error().kind == ErrorKind::kNotFound) return false;
  return fail(found.error());
}

}  // namespace livesonic::discovery
