// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/elbv2.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "livesonic/aws/query_calls.h"
#include "livesonic/aws/shapes.h"

namespace livesonic::aws {
namespace {

constexpr Service kElbV2{
    .id = "elasticloadbalancing", .api_version = "2015-12-01", .key = "elastic_load_balancing_v2"};
constexpr std::size_t kNamesPerCall = 20;  // AWS's own limit, of tags too
constexpr std::size_t kTargetsPerCall = 100;
constexpr const char* kPageSize = "400";  // the largest

Query paged(const char* operation, Fields form = {}) {
  return {.service = kElbV2,
          .operation = operation,
          .form = std::move(form),
          .marker = "Marker",
          .next_marker = "NextMarker"};
}

std::string arn(const xml::Element& element, const char* name) {
  std::string text = element.required_text(name);
  if (!text.empty() && !is_arn(text)) {
    element.complain(name, fmt::format("'{}' is no ARN", text));
  }
  return text;
}

LoadBalancerV2 read_balancer(const xml::Element& element) {
  LoadBalancerV2 balancer;
  balancer.arn = arn(element, "LoadBalancerArn");
  balancer.name = element.required_text("LoadBalancerName");
  balancer.type = element.required_text("Type");
  balancer.state = element.child("State").text("Code");
  balancer.state_reason = element.child("State").text("Reason");
  balancer.scheme = element.text("Scheme");
  balancer.dns_name = element.text("DNSName");
  balancer.canonical_zone_id = element.text("CanonicalHostedZoneId");
  balancer.vpc_id = element.text("VpcId");
  for (const xml::Element& zone : element.list("AvailabilityZones", "member")) {
    balancer.availability_zones.push_back(zone.text("ZoneName"));
  }
  balancer.created_at = element.time("CreatedTime");
  return balancer;
}

TargetGroup read_group(const xml::Element& element) {
  TargetGroup group;
  group.arn = arn(element, "TargetGroupArn");
  group.name = element.required_text("TargetGroupName");
  group.target_type = element.text("TargetType");
  if (group.target_type.empty()) group.target_type = "instance";  // AWS's default
  group.protocol = element.text("Protocol");
  group.port = element.count("Port", 0);
  group.vpc_id = element.text("VpcId");
  for (const xml::Element& balancer : element.list("LoadBalancerArns", "member")) {
    group.load_balancer_arns.push_back(balancer.value());
  }
  group.health_check_enabled = element.boolean("HealthCheckEnabled", true);
  return group;
}

TargetHealth read_health(const xml::Element& element) {
  const xml::Element target = element.required_child("Target");
  const xml::Element health = element.required_child("TargetHealth");
  TargetHealth read;
  read.target.id = target.required_text("Id");
  const std::string& id = read.target.id;
  if (!id.empty() && !is_instance_id(id) && !is_ip_address(id) && !is_arn(id)) {
    target.complain("Id", fmt::format("'{}' is no target", id));
  }
  read.target.port = target.count("Port", 0);
  read.target.availability_zone = target.text("AvailabilityZone");
  read.state = health.required_text("State");
  if (!read.state.empty() && !is_host_name(read.state)) {
    health.complain("State", fmt::format("'{}' is no state", read.state));
  }
  read.reason = health.text("Reason");
  read.description = health.text("Description");
  return read;
}

// What is given by name and what by ARN goes into different calls.
template <typename Ask>
Result<void> ask_by_name_or_arn(const std::vector<std::string>& names_or_arns,
                                const char* names_parameter, const char* arns_parameter, Ask ask) {
  std::vector<std::string> names;
  std::vector<std::string> arns;
  for (const std::string& one : names_or_arns) (is_arn(one) ? arns : names).push_back(one);
  for (const auto& [items, parameter] :
       {std::pair(&names, names_parameter), std::pair(&arns, arns_parameter)}) {
    const auto asked = in_batches(*items, kNamesPerCall, [&, name = parameter](const auto& part) {
      Fields form;
      add_list(form, name, part);
      return ask(std::move(form));
    });
    if (!asked) return asked;
  }
  return {};
}

Result<void> read_balancers(const Client& client, Fields form, const std::stop_token& stop,
                            std::vector<LoadBalancerV2>& balancers) {
  return ask_pages(client, paged("DescribeLoadBalancers", std::move(form)), stop,
                   [&](const xml::Element& result) {
                     for (const auto& one : result.required_list("LoadBalancers", "member")) {
                       balancers.push_back(read_balancer(one));
                     }
                   });
}

Result<void> read_groups(const Client& client, Fields form, const std::stop_token& stop,
                         std::vector<TargetGroup>& groups) {
  return ask_pages(client, paged("DescribeTargetGroups", std::move(form)), stop,
                   [&](const xml::Element& result) {
                     for (const auto& one : result.required_list("TargetGroups", "member")) {
                       groups.push_back(read_group(one));
                     }
                   });
}

Result<void> change_targets(const Client& client, const char* operation, const std::string& group,
                            const std::vector<Target>& targets, const std::stop_token& stop) {
  for (std::size_t from = 0; from < targets.size(); from += kTargetsPerCall) {
    Fields form = {{"TargetGroupArn", group}};
    for (std::size_t i = from; i < std::min(from + kTargetsPerCall, targets.size()); ++i) {
      const std::string prefix = fmt::format("Targets.member.{}.", i - from + 1);
      form.emplace_back(prefix + "Id", targets[i].id);
      if (targets[i].port != 0) form.emplace_back(prefix + "Port", fmt::to_string(targets[i].port));
      if (!targets[i].availability_zone.empty()) {
        form.emplace_back(prefix + "AvailabilityZone", targets[i].availability_zone);
      }
    }
    const Result<void> told =
        tell(client, {.service = kElbV2, .operation = operation, .form = std::move(form)}, stop);
    if (!told) return told;
  }
  return {};
}

}  // namespace

Result<std::vector<LoadBalancerV2>> ElbV2::describe_all_load_balancers(
    const std::stop_token& stop) const {
  std::vector<LoadBalancerV2> balancers;
  return read_balancers(*client_, {{"PageSize", kPageSize}}, stop, balancers).map([&] {
    return std::move(balancers);
  });
}

Result<std::vector<LoadBalancerV2>> ElbV2::describe_load_balancers(
    const std::vector<std::string>& names_or_arns, const std::stop_token& stop) const {
  std::vector<LoadBalancerV2> balancers;
  return ask_by_name_or_arn(names_or_arns, "Names.member", "LoadBalancerArns.member",
                            [&](Fields form) {
                              return read_balancers(*client_, std::move(form), stop, balancers);
                            })
      .map([&] { return std::move(balancers); });
}

Result<std::vector<TargetGroup>> ElbV2::describe_all_target_groups(
    const std::stop_token& stop) const {
  std::vector<TargetGroup> groups;
  return read_groups(*client_, {{"PageSize", kPageSize}}, stop, groups).map([&] {
    return std::move(groups);
  });
}

Result<std::vector<TargetGroup>> ElbV2::describe_target_groups(
    const std::vector<std::string>& names_or_arns, const std::stop_token& stop) const {
  std::vector<TargetGroup> groups;
  return ask_by_name_or_arn(
             names_or_arns, "Names.member", "TargetGroupArns.member",
             [&](Fields form) { return read_groups(*client_, std::move(form), stop, groups); })
      .map([&] { return std::move(groups); });
}

Result<std::vector<TargetGroup>> ElbV2::describe_target_groups_of(
    const std::string& load_balancer_arn, const std::stop_token& stop) const {
  std::vector<TargetGroup> groups;
  return read_groups(*client_, {{"LoadBalancerArn", load_balancer_arn}, {"PageSize", kPageSize}},
                     stop, groups)
      .map([&] { return std::move(groups); });
}

Result<std::vector<TargetHealth>> ElbV2::describe_target_health(const std::string& target_group_arn,
                                                                const std::stop_token& stop) const {
  return ask(*client_,
             {.service = kElbV2,
              .operation = "DescribeTargetHealth",
              .form = {{"TargetGroupArn", target_group_arn}}},
             stop, [](const xml::Element& result) {
               std::vector<TargetHealth> targets;
               for (const auto& one : result.required_list("TargetHealthDescriptions", "member")) {
                 targets.push_back(read_health(one));
               }
               return targets;
             });
}

Result<std::map<std::string, Tags>> ElbV2::describe_tags(const std::vector<std::string>& arns,
                                                         const std::stop_token& stop) const {
  std::map<std::string, Tags> found;
  const auto asked = in_batches(arns, kNamesPerCall, [&](const std::vector<std::string>& part) {
    for (const std::string& one : part) found.try_emplace(one);
    Query query{.service = kElbV2, .operation = "DescribeTags"};
    add_list(query.form, "ResourceArns.member", part);
    return ask(*client_, query, stop, [&](const xml::Element& result) {
      for (const xml::Element& one : result.required_list("TagDescriptions", "member")) {
        const auto resource = found.find(one.required_text("ResourceArn"));
        if (resource == found.end()) {
          one.complain("ResourceArn", "was not asked for");
          return;
        }
        for (const xml::Element& tag : one.list("Tags", "member")) {
          resource->second.insert_or_assign(tag.required_text("Key"), tag.text("Value"));
        }
      }
    });
  });
  return asked.map([&] { return std::move(found); });
}

Result<void> ElbV2::register_targets(const std::string& target_group_arn,
                                     const std::vector<Target>& targets,
                                     const std::stop_token& stop) const {
  return change_targets(*client_, "RegisterTargets", target_group_arn, targets, stop);
}

Result<void> ElbV2::deregister_targets(const std::string& target_group_arn,
                                       const std::vector<Target>& targets,
                                       const std::stop_token& stop) const {
  return change_targets(*client_, "DeregisterTargets", target_group_arn, targets, stop);
}

}  // namespace livesonic::aws
