// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/json.h"

#include <nlohmann/json.hpp>

#include "livesonic/base/time_text.h"

namespace livesonic::simulator {

using nlohmann::json;

json to_json(const World& world, const Instance& instance, Time now) {
  const HostView host = world.host(instance, now);
  const Health health = world.health(instance, now);
  return {{"id", instance.id},
          {"name", host.name},
          {"cluster", instance.cluster},
          {"tags", instance.tags},
          {"state", to_string(world.state(instance, now))},
          {"in_service", health.in_service},
          {"availability_zone", instance.availability_zone},
          {"type", instance.type},
          {"lifecycle", instance.spot ? "spot" : "on-demand"},
          {"boots", instance.boots},
          {"launched_at", to_iso8601(instance.launched)},
          {"address", instance.address},
          {"score", host.score},
          {"services_down", host.services_down},
          {"fault", to_string(host.fault)},
          {"delay_ms", host.delay.count()}};
}

json to_json(const World& world, Time now) {
  json balancers = json::array();
  for (const auto& [name, balancer] : world.balancers()) {
    balancers.push_back(
        {{"name", name}, {"dns_name", balancer.dns_name}, {"instances", balancer.instances}});
  }
  json instances = json::array();
  for (const Instance* instance : world.instances(now)) {
    instances.push_back(to_json(world, *instance, now));
  }
  json zones = json::array();
  for (const auto& [id, zone] : world.zones()) {
    zones.push_back({{"id", id},
                     {"name", zone.name},
                     {"caller_reference", zone.caller_reference},
                     {"comment", zone.comment},
                     {"private_zone", zone.private_zone},
                     {"record_count", zone.record_count}});
  }
  json faults = json::array();
  for (const AwsFault& fault : world.aws_faults()) {
    if (fault.until <= now) continue;
    faults.push_back({{"fault", to_string(fault.kind)},
                      {"calls", fault.calls},
                      {"service", fault.service},
                      {"operation", fault.operation}});
  }
  json groups = json::array();
  for (const auto& [name, group] : world.groups.groups) {
    json members = json::array();
    for (const GroupMember& member : group.members) {
      members.push_back({{"id", member.id}, {"lifecycle", member.lifecycle}});
    }
    groups.push_back({{"name", name},
                      {"desired", group.desired},
                      {"refreshing", is_refreshing(group)},
                      {"instances", std::move(members)}});
  }
  json target_groups = json::array();
  for (const auto& [arn, group] : world.targets.groups) {
    json ids = json::array();
    for (const Target& target : group.targets) {
      if (!target.deregistered) ids.push_back(target.id);
    }
    target_groups.push_back({{"name", group.name}, {"arn", arn}, {"targets", std::move(ids)}});
  }
  json clusters = json::array();
  for (const auto& [name, cluster] : world.containers.clusters) {
    json tasks = json::array();
    for (const auto& [arn, task] : cluster.tasks) {
      tasks.push_back({{"id", task.id},
                       {"service", task.service},
                       {"status", status_of(world, task, now)},
                       {"address", task.address}});
    }
    clusters.push_back({{"name", name}, {"tasks", std::move(tasks)}});
  }
  json published = json::array();
  for (const auto& [arn, topic] : world.topics.topics) {
    for (const Publication& publication : topic.published) {
      published.push_back({{"topic", topic.name},
                           {"subject", publication.subject},
                           {"message", publication.message}});
    }
  }
  return {{"now", to_iso8601(now)},
          {"region", world.region()},
          {"load_balancers", std::move(balancers)},
          {"target_groups", std::move(target_groups)},
          {"auto_scaling_groups", std::move(groups)},
          {"ecs_clusters", std::move(clusters)},
          {"instances", std::move(instances)},
          {"zones", std::move(zones)},
          {"published", std::move(published)},
          {"aws_faults", std::move(faults)}};
}

}  // namespace livesonic::simulator
