// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/ecs_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::discovery {
namespace {

std::string last_part(const std::string& arn) {
  return arn.substr(arn.rfind('/') + 1);
}

std::string state_of(const aws::EcsTask& task) {
  if (task.health_status == "UNHEALTHY") return "UNHEALTHY";
  return task.last_status;
}

}  // namespace

Facts to_facts(const aws::EcsTask& task) {
  Facts facts;
  facts.id = task.id;
  facts.name = task.group.starts_with("service:") ? task.group.substr(8) : task.group;
  for (const auto& [key, value] : task.tags) facts.tags[to_valid_utf8(key)] = to_valid_utf8(value);
  const bool stopped = task.last_status == "STOPPED" || task.last_status == "DEPROVISIONING" ||
                       task.last_status == "STOPPING" || task.last_status == "DEACTIVATING";
  facts.ec2_state = stopped ? "terminated" : task.last_status == "RUNNING" ? "running" : "pending";
  facts.private_ip = task.private_ip;
  facts.private_dns = task.private_dns;
  facts.availability_zone = task.availability_zone;
  facts.type = task.launch_type == "FARGATE" ? "Fargate task" : "task";
  facts.image_id = last_part(task.task_definition_arn);
  facts.lifecycle =
      task.capacity_provider == "FARGATE_SPOT" ? Lifecycle::kSpot : Lifecycle::kOnDemand;
  facts.launched_at = task.started_at ? task.started_at : task.created_at;
  facts.stop_code = task.stop_code;
  facts.state_reason = task.stopped_reason;
  return facts;
}

Membership join(const aws::EcsService& service, const std::vector<aws::EcsTask>& tasks,
                const std::vector<aws::EcsContainerInstance>& hosts) {
  Membership membership;
  membership.lister = "the ECS service";
  membership.wanted = static_cast<int>(service.desired_count);
  membership.release = to_valid_utf8(last_part(service.task_definition));
  std::map<std::string, const aws::EcsContainerInstance*> by_arn;
  for (const aws::EcsContainerInstance& host : hosts) by_arn.emplace(host.arn, &host);
  std::map<std::string, std::size_t> places;
  for (const aws::EcsTask& task : tasks) {
    const auto host = by_arn.find(task.container_instance_arn);
    const bool on_host = host != by_arn.end() && is_ec2_id(host->second->ec2_instance_id);
    if (!task.container_instance_arn.empty() && !on_host) continue;  // it has just left
    const std::string id = on_host ? host->second->ec2_instance_id : task.id;
    const auto [place, first] = places.emplace(id, membership.members.size());
    const std::string description = fmt::format("task {}", task.id);
    if (first) {
      membership.members.push_back({id, state_of(task), "", description});
      if (!on_host) membership.facts.push_back(to_facts(task));
    } else {
      Member& member = membership.members[place->second];
      member.description += fmt::format(", {}", task.id);
      if (member.state == "RUNNING") member.state = state_of(task);
    }
    if (on_host && host->second->status == "DRAINING") {
      membership.members[place->second].reason = "DRAINING";
    }
  }
  // Where tasks share hosts, the number of tasks says nothing about the number of members.
  if (membership.members.size() != tasks.size()) membership.wanted.reset();
  return membership;
}

Result<Membership> ecs_members(Region& region, const Cluster& cluster,
                               const std::set<std::string>& all, const std::stop_token& stop) {
  const auto look = region.services(cluster.name, cluster.resource, all, stop);
  if (!look) return fail(look.error());
  const auto found = (*look)->services.find(ecs_service_of(cluster.resource));
  if (found == (*look)->services.end()) {
    return fail(ErrorKind::kNotFound,
                fmt::format("DescribeServices: the ECS cluster '{}' has no service '{}'",
                            ecs_cluster_of(cluster.resource), ecs_service_of(cluster.resource)));
  }
  const EcsSight& sight = found->second;
  return join(sight.service, sight.tasks, (*look)->hosts_of(sight.tasks));
}

Result<std::vector<Facts>> ecs_describe(Region& region, const Cluster& cluster,
                                        const std::vector<std::string>& task_ids,
                                        const std::stop_token& stop) {
  if (task_ids.empty()) return std::vector<Facts>{};
  const auto tasks = region.ecs().describe_tasks(ecs_cluster_of(cluster.resource), task_ids, stop);
  if (!tasks) return fail(tasks.error());
  std::vector<Facts> facts;
  for (const aws::EcsTask& task : *tasks) facts.push_back(to_facts(task));
  return facts;
}

}  // namespace livesonic::discovery
