// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/elb_source.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "livesonic/base/text.h"

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

Facts to_facts(const aws::Ec2Instance& instance) {
  Facts facts;
  facts.id = instance.id;
  for (const auto& [key, value] : instance.tags) {
    facts.tags[to_valid_utf8(key)] = to_valid_utf8(value);
  }
  if (const auto name = facts.tags.find("Name"); name != facts.tags.end())
    facts.name = name->second;
  facts.ec2_state = instance.state;
  facts.public_dns = instance.public_dns;
  facts.private_dns = instance.private_dns;
  facts.public_ip = instance.public_ip;
  facts.private_ip = instance.private_ip;
  facts.availability_zone = instance.availability_zone;
  facts.type = instance.type;
  facts.image_id = instance.image_id;
  facts.lifecycle = instance.lifecycle.empty()
                        ? Lifecycle::kOnDemand
                        : parse_lifecycle(instance.lifecycle).value_or(Lifecycle::kOnDemand);
  facts.launched_at = instance.launch_time;
  return facts;
}

Result<std::vector<Member>> ElbSource::members(const Cluster& cluster,
                                               const std::stop_token& stop) {
  const auto balancers = elb_.describe_load_balancers({cluster.resource}, stop);
  if (!balancers) return fail(balancers.error());
  if (balancers->size() != 1) {
    return fail(ErrorKind::kUnavailable,
                fmt::format("AWS answered with {} load balancers when asked for '{}'",
                            balancers->size(), cluster.resource));
  }
  const auto health = elb_.describe_instance_health(cluster.resource, stop);
  if (!health) return fail(health.error());
  return join(balancers->front(), *health);
}

Result<std::vector<Facts>> ElbSource::describe(const std::vector<std::string>& ids,
                                               const std::stop_token& stop) {
  const auto instances = ec2_.describe_instances(ids, stop);
  if (!instances) return fail(instances.error());
  std::vector<Facts> facts;
  facts.reserve(instances->size());
  for (const aws::Ec2Instance& instance : *instances) facts.push_back(to_facts(instance));
  return facts;
}

}  // namespace livesonic::discovery
