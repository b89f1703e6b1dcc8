// SPDX-License-Identifier: Apache-2.0
// Instances that livesonic itself launches, finds again by their tags, and ends.
#include <fmt/format.h>

#include "livesonic/actions/aws_cloud.h"
#include "livesonic/actions/guard.h"
#include "livesonic/actions/ownership.h"

namespace livesonic::actions {
namespace {

Result<std::string> template_id(const aws::Account& account, const std::string& named,
                                const std::stop_token& stop) {
  if (named.starts_with("lt-")) return named;
  const auto found = account.ec2_launch().find_templates({{"launch-template-name", {named}}}, stop);
  if (!found) return fail(found.error());
  if (found->empty()) {
    return fail(ErrorKind::kNotFound,
                fmt::format("there is no launch template '{}' in {}", named, account.region()));
  }
  return found->front().id;
}

aws::Tags tags_for(const Cluster& cluster, const std::string& token) {
  aws::Tags tags{{kClusterTag, cluster.name}, {kLaunchTag, token}, {"Name", cluster.name}};
  if (cluster.kind != ClusterKind::kTag) return tags;
  // What makes it a member.
  const auto pairs = parse_tags(cluster.resource);
  if (!pairs) return tags;
  for (const auto& [key, value] : *pairs) tags[key] = value;
  return tags;
}

}  // namespace

Result<std::vector<LaunchedHost>> AwsCloud::launched(const Cluster& cluster,
                                                     const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  const auto found = (*account)->ec2().find_instances(
      {{std::string("tag:") + kClusterTag, {cluster.name}},
       {"instance-state-name", {"pending", "running", "stopping", "stopped", "shutting-down"}}},
      stop);
  if (!found) return fail(found.error());
  std::vector<LaunchedHost> hosts;
  for (const aws::Ec2Instance& instance : *found) {
    LaunchedHost host;
    host.id = instance.id;
    host.state = instance.state;
    host.launch = instance.tag(kLaunchTag);
    host.purchase.lifecycle =
        instance.lifecycle == "spot" ? Lifecycle::kSpot : Lifecycle::kOnDemand;
    host.purchase.type = instance.type;
    host.purchase.zone = instance.availability_zone;
    host.is_protected = is_protected(instance.tags);
    hosts.push_back(std::move(host));
  }
  return hosts;
}

Result<LaunchOutcome> AwsCloud::launch(const Cluster& cluster, const LaunchRules& rules,
                                       const LaunchOrder& order, const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  const auto id = template_id(**account, rules.launch_template, stop);
  if (!id) return fail(id.error());
  const bool spot = order.purchase.lifecycle == Lifecycle::kSpot;
  aws::FleetOverride pool{.instance_type = order.purchase.type};
  if (const auto subnet = rules.subnets.find(order.purchase.zone); subnet != rules.subnets.end()) {
    pool.subnet_id = subnet->second;
  } else {
    pool.availability_zone = order.purchase.zone;
  }
  pool.max_price = order.purchase.max_price;
  aws::FleetRequest request;
  request.client_token = order.token;
  request.launch_template_id = *id;
  request.launch_template_version = rules.version;
  request.overrides = {pool};
  (spot ? request.spot_capacity : request.on_demand_capacity) = order.count;
  request.instance_tags = tags_for(cluster, order.token);
  const auto result = (*account)->ec2_launch().create_fleet(request, stop);
  if (!result) return fail(result.error());
  LaunchOutcome outcome;
  for (const aws::FleetInstances& instances : result->instances) {
    outcome.ids.insert(outcome.ids.end(), instances.ids.begin(), instances.ids.end());
  }
  if (!result->errors.empty()) {
    outcome.refused = result->errors.front().code;
    outcome.why = result->errors.front().message;
  }
  return outcome;
}

Result<void> AwsCloud::end(const Cluster& cluster, const std::vector<std::string>& ids,
                           const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  const auto ended = (*account)->ec2().terminate_instances(ids, stop);
  if (!ended) return fail(ended.error());
  return {};
}

Result<std::set<std::string>> AwsCloud::seated(const Cluster& cluster,
                                               const std::vector<std::string>& ids,
                                               const std::stop_token& stop) {
  const auto account = account_of(cluster);
  if (!account) return fail(account.error());
  std::set<std::string> listed;
  if (cluster.kind == ClusterKind::kElb) {
    const auto health = (*account)->elb().describe_instance_health(cluster.resource, stop);
    if (!health) return fail(health.error());
    for (const aws::InstanceHealth& one : *health) listed.insert(one.instance_id);
  } else {
    const auto arns = target_groups(**account, cluster, stop);
    if (!arns) return fail(arns.error());
    for (const std::string& arn : *arns) {
      const auto health = (*account)->elbv2().describe_target_health(arn, stop);
      if (!health) return fail(health.error());
      for (const aws::TargetHealth& one : *health) listed.insert(instance_id_of(one.target));
    }
  }
  std::set<std::string> seated;
  for (const std::string& id : ids) {
    if (listed.contains(id)) seated.insert(id);
  }
  return seated;
}

}  // namespace livesonic::actions
