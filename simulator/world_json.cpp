// SPDX-License-Identifier: Apache-2.0
#include "simulator/world_json.h"

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
    faults.push_back({{"fault", to_string(fault.kind)},
                      {"calls", fault.calls},
                      {"service", fault.service},
                      {"operation", fault.operation}});
  }
  return {{"now", to_iso8601(now)},
          {"region", world.region()},
          {"load_balancers", std::move(balancers)},
          {"instances", std::move(instances)},
          {"zones", std::move(zones)},
          {"aws_faults", std::move(faults)}};
}

}  // namespace livesonic::simulator
