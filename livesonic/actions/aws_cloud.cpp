// SPDX-License-Identifier: Apache-2.0
// What AWS says. What it is told to do is in aws_changes.cpp.
#include "livesonic/actions/aws_cloud.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "livesonic/actions/guard.h"
#include "livesonic/actions/ownership.h"

namespace livesonic::actions {
namespace {

tl::unexpected<Error> unfit(const Cluster& cluster, std::string_view what) {
  return fail(ErrorKind::kInvalidInput,
              fmt::format("the cluster {} is of the kind {}, which has {}", cluster.name,
                          to_string(cluster.kind), what));
}

std::string release_of(const std::optional<aws::LaunchTemplateRef>& from) {
  if (!from) return {};
  const std::string& name = from->id.empty() ? from->name : from->id;
  return fmt::format("{}:{}", name, from->version.empty() ? "$Default" : from->version);
}

std::string last_part(const std::string& arn) {
  return arn.substr(arn.rfind('/') + 1);
}

GroupFacts facts_of(const aws::AutoScalingGroup& group) {
  GroupFacts facts;
  facts.name = group.name;
  facts.least = static_cast<int>(group.min_size);
  facts.most = static_cast<int>(group.max_size);
  facts.desired = static_cast<int>(group.desired_capacity);
  facts.counts_instances =
      group.desired_capacity_type.empty() || group.desired_capacity_type == "units";
  for (const aws::AutoScalingInstance& one : group.instances) {
    facts.counts_instances &= one.weighted_capacity <= 1;
    const bool healthy = one.health_status != "Unhealthy" && one.health_status != "UNHEALTHY";
    facts.members.push_back(
        {one.id, one.lifecycle_state, healthy, release_of(one.launch_template)});
  }
  facts.release = release_of(group.launch_template);
  facts.mixed_instances = group.mixed_instances;
  facts.suspended = {group.suspended_processes.begin(), group.suspended_processes.end()};
  return facts;
}

// A classic balancer goes on listing an instance while its connections end.
bool is_draining(const aws::InstanceHealth& health) {
  return health.description.find("deregistration currently in progress") != std::string::npos;
}

}  // namespace

Result<const aws::Account*> AwsCloud::account_of(const Cluster& cluster) {
  return accounts_.find(cluster.account, cluster.region);
}

Result<std::vector<std::string>> AwsCloud::target_groups(const aws::Account& account,
                                                         const Cluster& cluster,
                                                         const std::stop_token& stop) {
  if (!has_target_groups(cluster.kind)) return std::vector<std::string>();
  if (cluster.kind == ClusterKind::kTargetGroup) {
    const auto found = account.elbv2().describe_target_groups({cluster.resource}, stop);
    if (!found) return fail(found.error());
    return chosen_arns(cluster, *found);
  }
  const auto balancers = account.elbv2().describe_load_balancers({cluster.resource}, stop);
  if (!balancers) return fail(balancers.error());
  std::vector<std::string> arns;
  for (const aws::LoadBalancerV2& balancer : *balancers) {
    const auto found = account.elbv2().describe_target_groups_of(balancer.arn, stop);
    if (!found) return fail(found.error());
    for (std::string& arn : chosen_arns(cluster, *found)) arns.push_back(std::move(arn));
  }
  return arns;
}

Result<HostFacts> AwsCloud::host(const Cluster& cluster, const std::string& id,
                                 const std::stop_token& stop) {
  if (!id.starts_with("i-")) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{} is no EC2 instance", id));
  }
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  const auto found = (*account)->ec2().describe_instances({id}, stop);
  if (!found) return fail(found.error());
  HostFacts facts;
  for (const aws::Ec2Instance& instance : *found) {
    facts.state = instance.state;
    facts.is_protected = is_protected(instance.tags);
  }
  return facts;
}

Result<GroupFacts> AwsCloud::group(const Cluster& cluster, const std::string& id,
                                   const std::vector<std::string>& members,
                                   const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  const aws::AutoScaling& scaling = (*account)->autoscaling();
  std::set<std::string> names;
  if (cluster.kind == ClusterKind::kAsg) {
    names.insert(cluster.resource);
  } else {
    std::vector<std::string> ids;
    for (const std::string& one : id.empty() ? members : std::vector<std::string>{id}) {
      if (one.starts_with("i-")) ids.push_back(one);
    }
    const auto instances = scaling.describe_instances(ids, stop);
    if (!instances) return fail(instances.error());
    for (const aws::AutoScalingInstance& one : *instances) names.insert(one.group_name);
  }
  if (names.empty()) {
    return fail(ErrorKind::kNotFound,
                fmt::format("{} is in no Auto Scaling group", id.empty() ? cluster.name : id));
  }
  if (names.size() > 1) {
    return fail(ErrorKind::kConflict,
                fmt::format("the cluster {} has several Auto Scaling groups, {} and {} among them: "
                            "register one of them as a cluster",
                            cluster.name, *names.begin(), *names.rbegin()));
  }
  const auto groups = scaling.describe_groups_named({names.begin(), names.end()}, stop);
  if (!groups) return fail(groups.error());
  if (groups->empty()) {
    return fail(ErrorKind::kNotFound,
                fmt::format("there is no Auto Scaling group {}", *names.begin()));
  }
  const auto arns = target_groups(**account, cluster, stop);
  if (!arns) return fail(arns.error());
  GroupFacts facts = facts_of(groups->front());
  facts.not_owned = why_not_owned(cluster, groups->front(), *arns, members);
  return facts;
}

Result<GroupFacts> AwsCloud::group_named(const Cluster& cluster, const std::string& name,
                                         const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  const auto groups = (*account)->autoscaling().describe_groups_named({name}, stop);
  if (!groups) return fail(groups.error());
  if (!groups->empty()) return facts_of(groups->front());
  return fail(ErrorKind::kNotFound, fmt::format("there is no Auto Scaling group {}", name));
}

Result<std::vector<RefreshFacts>> AwsCloud::refreshes(const Cluster& cluster,
                                                      const std::string& group,
                                                      const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  const auto found = (*account)->autoscaling().describe_instance_refreshes(group, stop);
  if (!found) return fail(found.error());
  std::vector<RefreshFacts> refreshes;
  for (const aws::InstanceRefresh& one : *found) {
    refreshes.push_back({one.id, one.status, release_of(one.desired_launch_template)});
  }
  return refreshes;
}

Result<std::vector<Seat>> AwsCloud::seats(const Cluster& cluster, const std::string& id,
                                          const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  std::vector<Seat> seats;
  if (cluster.kind == ClusterKind::kElb) {
    const auto health = (*account)->elb().describe_instance_health(cluster.resource, stop);
    if (!health) return fail(health.error());
    Seat seat{cluster.resource, "", false};
    for (const aws::InstanceHealth& one : *health) {
      if (one.instance_id != id) continue;
      seat.state = one.state;
      seat.draining = is_draining(one);
    }
    seats.push_back(std::move(seat));
    return seats;
  }
  if (!has_target_groups(cluster.kind)) return unfit(cluster, "no balancer of its own");
  const auto arns = target_groups(**account, cluster, stop);
  if (!arns) return fail(arns.error());
  for (const std::string& arn : *arns) {
    const auto health = (*account)->elbv2().describe_target_health(arn, stop);
    if (!health) return fail(health.error());
    Seat seat{arn, "", false};
    for (const aws::TargetHealth& one : *health) {
      if (instance_id_of(one.target) != id) continue;
      // Of several ports the last one to leave counts.
      if (!seat.state.empty() && one.state == "draining") continue;
      seat.state = one.state;
      seat.draining = one.state == "draining";
    }
    seats.push_back(std::move(seat));
  }
  return seats;
}

Result<ServiceFacts> AwsCloud::service(const Cluster& cluster, const std::stop_token& stop) {
  if (cluster.kind != ClusterKind::kEcsService) return unfit(cluster, "no ECS service");
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  const std::size_t slash = cluster.resource.find('/');
  const auto found = (*account)->ecs().describe_services(
      cluster.resource.substr(0, slash), {cluster.resource.substr(slash + 1)}, stop);
  if (!found) return fail(found.error());
  if (found->empty()) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no ECS service {}", cluster.resource));
  }
  const aws::EcsService& service = found->front();
  ServiceFacts facts;
  facts.desired = static_cast<int>(service.desired_count);
  facts.running = static_cast<int>(service.running_count);
  for (const aws::EcsDeployment& deployment : service.deployments) {
    if (deployment.status == "ACTIVE") facts.replaced = last_part(deployment.task_definition);
    if (deployment.status != "PRIMARY") continue;
    facts.deployment = deployment.id;
    facts.rollout = deployment.rollout_state;
    facts.definition = last_part(deployment.task_definition);
  }
  if (facts.replaced == facts.definition) facts.replaced.clear();
  return facts;
}

}  // namespace livesonic::actions
