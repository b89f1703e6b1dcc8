// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/elb.h"

#include <cstddef>
#include <utility>

#include "livesonic/aws/query_calls.h"
#include "livesonic/aws/shapes.h"

namespace livesonic::aws {
namespace {

constexpr Service kElb{
    .id = "elasticloadbalancing", .api_version = "2012-06-01", .key = "elastic_load_balancing"};
// Names in one call; AWS documents no limit, and request lines stay short with these.
constexpr std::size_t kNamesPerCall = 100;
constexpr std::size_t kTaggedPerCall = 20;  // AWS's own limit

std::string instance_id(const xml::Element& element) {
  std::string id = element.required_text("InstanceId");
  if (!id.empty() && !is_instance_id(id)) {
    element.complain("InstanceId", fmt::format("'{}' is no instance id", id));
  }
  return id;
}

LoadBalancer read_balancer(const xml::Element& element) {
  LoadBalancer balancer;
  balancer.name = element.required_text("LoadBalancerName");
  for (const xml::Element& instance : element.required_list("Instances", "member")) {
    balancer.instance_ids.push_back(instance_id(instance));
  }
  balancer.dns_name = element.text("DNSName");
  balancer.canonical_zone_id = element.text("CanonicalHostedZoneNameID");
  balancer.scheme = element.text("Scheme");
  balancer.vpc_id = element.text("VPCId");
  balancer.created_at = element.time("CreatedTime");
  return balancer;
}

InstanceHealth read_health(const xml::Element& element) {
  InstanceHealth health;
  health.instance_id = instance_id(element);
  health.state = element.required_text("State");
  health.reason_code = element.text("ReasonCode");
  health.description = element.text("Description");
  if (!health.state.empty() && !is_word(health.state)) {
    element.complain("State", fmt::format("'{}' is no state", health.state));
  }
  return health;
}

Result<void> read_balancers(const Client& client, Fields form, const std::stop_token& stop,
                            std::vector<LoadBalancer>& balancers) {
  return ask_pages(client,
                   {.service = kElb,
                    .operation = "DescribeLoadBalancers",
                    .form = std::move(form),
                    .marker = "Marker",
                    .next_marker = "NextMarker"},
                   stop, [&](const xml::Element& result) {
                     for (const xml::Element& member :
                          result.required_list("LoadBalancerDescriptions", "member")) {
                       balancers.push_back(read_balancer(member));
                     }
                   });
}

Result<std::vector<std::string>> change_instances(const Client& client, const char* operation,
                                                  const std::string& name,
                                                  const std::vector<std::string>& instance_ids,
                                                  const std::stop_token& stop) {
  Fields form = {{"LoadBalancerName", name}};
  for (std::size_t i = 0; i < instance_ids.size(); ++i) {
    form.emplace_back(fmt::format("Instances.member.{}.InstanceId", i + 1), instance_ids[i]);
  }
  return ask(client, {.service = kElb, .operation = operation, .form = std::move(form)}, stop,
             [](const xml::Element& result) {
               std::vector<std::string> registered;
               for (const xml::Element& one : result.required_list("Instances", "member")) {
                 registered.push_back(instance_id(one));
               }
               return registered;
             });
}

}  // namespace

Result<std::vector<LoadBalancer>> Elb::describe_load_balancers(
    const std::vector<std::string>& names, const std::stop_token& stop) const {
  std::vector<LoadBalancer> balancers;
  Result<void> asked;
  if (names.empty()) {
    asked = read_balancers(*client_, {}, stop, balancers);
  } else {
    asked = in_batches(names, kNamesPerCall, [&](const std::vector<std::string>& part) {
      Fields form;
      add_list(form, "LoadBalancerNames.member", part);
      return read_balancers(*client_, std::move(form), stop, balancers);
    });
  }
  return asked.map([&] { return std::move(balancers); });
}

Result<std::vector<InstanceHealth>> Elb::describe_instance_health(
    const std::string& name, const std::stop_token& stop) const {
  return ask(*client_,
             {.service = kElb,
              .operation = "DescribeInstanceHealth",
              .form = {{"LoadBalancerName", name}}},
             stop, [](const xml::Element& result) {
               std::vector<InstanceHealth> instances;
               for (const xml::Element& one : result.required_list("InstanceStates", "member")) {
                 instances.push_back(read_health(one));
               }
               return instances;
             });
}

Result<std::map<std::string, Tags>> Elb::describe_tags(const std::vector<std::string>& names,
                                                       const std::stop_token& stop) const {
  std::map<std::string, Tags> found;
  const auto asked = in_batches(names, kTaggedPerCall, [&](const std::vector<std::string>& part) {
    for (const std::string& one : part) found.try_emplace(one);
    Query query{.service = kElb, .operation = "DescribeTags"};
    add_list(query.form, "LoadBalancerNames.member", part);
    return ask(*client_, query, stop, [&](const xml::Element& result) {
      for (const xml::Element& one : result.required_list("TagDescriptions", "member")) {
        const auto balancer = found.find(one.required_text("LoadBalancerName"));
        if (balancer == found.end()) {
          one.complain("LoadBalancerName", "was not asked for");
          return;
        }
        for (const xml::Element& tag : one.list("Tags", "member")) {
          balancer->second.insert_or_assign(tag.required_text("Key"), tag.text("Value"));
        }
      }
    });
  });
  return asked.map([&] { return std::move(found); });
}

Result<std::vector<std::string>> Elb::register_instances(
    const std::string& name, const std::vector<std::string>& instance_ids,
    const std::stop_token& stop) const {
  return change_instances(*client_, "RegisterInstancesWithLoadBalancer", name, instance_ids, stop);
}

Result<std::vector<std::string>> Elb::deregister_instances(
    const std::string& name, const std::vector<std::string>& instance_ids,
    const std::stop_token& stop) const {
  return change_instances(*client_, "DeregisterInstancesFromLoadBalancer", name, instance_ids,
                          stop);
}

}  // namespace livesonic::aws
