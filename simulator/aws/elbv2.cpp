// SPDX-License-Identifier: Apache-2.0
// Elastic Load Balancing (API version 2015-12-01): application and network balancers, their
// listeners and target groups.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "livesonic/base/time_text.h"
#include "simulator/aws/elbv2_answers.h"

namespace livesonic::simulator {
namespace {

using namespace elbv2;

constexpr int kLargestPage = 400;

void write_balancer(XmlWriter& xml, const World& world, const ModernBalancer& balancer) {
  xml.text("LoadBalancerArn", balancer.arn);
  xml.text("DNSName", balancer.dns_name);
  xml.text("CanonicalHostedZoneId",
           balancer.type == "network" ? "Z31USIVHYNEOWT" : "Z14GRHDCWA56QT");
  xml.text("CreatedTime", to_iso8601(balancer.created));
  xml.text("LoadBalancerName", balancer.name);
  xml.text("Scheme", balancer.scheme);
  xml.text("VpcId", balancer.vpc);
  xml.element("State", [&] { xml.text("Code", "active"); });
  xml.text("Type", balancer.type);
  write_list(xml, "AvailabilityZones", std::array{'a', 'c'}, [&](char zone) {
    xml.text("ZoneName", world.region() + zone);
    xml.text("SubnetId", std::string("subnet-0a1b2c3d4e5f6071") + zone);
    xml.element("LoadBalancerAddresses", [] {});
  });
  if (balancer.type == "application") {
    write_texts(xml, "SecurityGroups", std::array{"sg-0a1b2c3d4e5f60718"});
  }
  xml.text("IpAddressType", "ipv4");
}

void write_target_group(XmlWriter& xml, const World& world, const TargetGroup& group) {
  const bool is_function = group.type == "lambda";
  const bool is_http = group.protocol == "HTTP" || group.protocol == "HTTPS";
  xml.text("TargetGroupArn", group.arn);
  xml.text("TargetGroupName", group.name);
  if (!is_function) {
    xml.text("Protocol", group.protocol);
    xml.number("Port", group.port);
    xml.text("VpcId", group.vpc);
    xml.text("HealthCheckProtocol", is_http ? "HTTP" : "TCP");
    xml.text("HealthCheckPort", "traffic-port");
  }
  xml.flag("HealthCheckEnabled", !is_function);
  xml.number("HealthCheckIntervalSeconds", is_function ? 35 : 30);
  xml.number("HealthCheckTimeoutSeconds", is_function ? 30 : 5);
  xml.number("HealthyThresholdCount", 5);
  xml.number("UnhealthyThresholdCount", 2);
  if (is_http || is_function) {
    xml.text("HealthCheckPath", "/");
    xml.element("Matcher", [&] { xml.text("HttpCode", "200"); });
  }
  std::vector<std::string> arns;
  for (const ModernBalancer* balancer : balancers_of(world.targets, group.arn)) {
    arns.push_back(balancer->arn);
  }
  write_texts(xml, "LoadBalancerArns", arns);
  xml.text("TargetType", group.type);
  if (is_http) xml.text("ProtocolVersion", "HTTP1");
  xml.text("IpAddressType", "ipv4");
}

void write_listener(XmlWriter& xml, const std::string& balancer_arn, const Listener& listener) {
  xml.text("ListenerArn", listener.arn);
  xml.text("LoadBalancerArn", balancer_arn);
  xml.number("Port", listener.port);
  xml.text("Protocol", listener.protocol);
  const auto write_groups = [&] {
    write_list(xml, "TargetGroups", listener.target_group_arns, [&](const std::string& arn) {
      xml.text("TargetGroupArn", arn);
      xml.number("Weight", 1);
    });
  };
  write_list(xml, "DefaultActions", std::array{0}, [&](int) {
    xml.text("Type", "forward");
    if (listener.target_group_arns.size() == 1) {
      xml.text("TargetGroupArn", listener.target_group_arns.front());
    }
    xml.number("Order", 1);
    xml.element("ForwardConfig", write_groups);
  });
}

// One page of what is sorted by ARN, from the marker on: the ARN of the page before's last.
template <typename Value>
tl::expected<std::vector<const Value*>, AwsError> page(const std::vector<const Value*>& all,
                                                       const AwsCall& call, std::string& next) {
  const auto size = number(call.parameters, "PageSize", 1, kLargestPage, kLargestPage);
  if (!size) {
    return refuse(400, "ValidationError",
                  fmt::format("Page size must be between 1 and {}", kLargestPage));
  }
  const std::string marker = parameter(call.parameters, "Marker");
  std::vector<const Value*> wanted;
  for (const Value* value : all) {
    if (value->arn <= marker) continue;
    if (wanted.size() == static_cast<std::size_t>(*size)) {
      next = wanted.back()->arn;
      break;
    }
    wanted.push_back(value);
  }
  if (!marker.empty() &&
      std::ranges::none_of(all, [&](const Value* value) { return value->arn == marker; })) {
    return refuse(400, "ValidationError", "Invalid marker");
  }
  return wanted;
}

// Of these names or ARNs; nullopt where one isn't known.
template <typename Map>
std::optional<std::vector<const typename Map::mapped_type*>> named(
    const Map& map, const std::vector<std::string>& names, const std::vector<std::string>& arns) {
  std::vector<const typename Map::mapped_type*> found;
  for (const auto& [arn, value] : map) {
    if (std::ranges::find(names, value.name) != names.end() ||
        std::ranges::find(arns, arn) != arns.end()) {
      found.push_back(&value);
    }
  }
  const std::set<std::string> distinct_names(names.begin(), names.end());
  const std::set<std::string> distinct_arns(arns.begin(), arns.end());
  const bool all = found.size() == std::max(distinct_names.size(), distinct_arns.size());
  return all ? std::optional(found) : std::nullopt;
}

std::optional<AwsError> too_many(const std::vector<std::string>& names,
                                 const std::vector<std::string>& arns) {
  if (!names.empty() && !arns.empty()) {
    return AwsError{400, "ValidationError", "Names and ARNs cannot be specified together"};
  }
  if (names.size() <= kMostNames && arns.size() <= kMostNames) return std::nullopt;
  return AwsError{400, "ValidationError",
                  fmt::format("The maximum number of names or ARNs is {}", kMostNames)};
}

// --- load balancers ---

AwsAnswer create_load_balancer(World& world, Time now, const AwsCall& call) {
  ModernBalancer balancer;
  balancer.name = parameter(call.parameters, "Name");
  if (const auto type = parameter(call.parameters, "Type"); !type.empty()) balancer.type = type;
  if (const auto scheme = parameter(call.parameters, "Scheme"); !scheme.empty()) {
    balancer.scheme = scheme;
  }
  if (balancer.type != "application" && balancer.type != "network") {
    return refuse(400, "ValidationError", "Type must be application or network");
  }
  balancer.tags = read_tags(call.parameters, "Tags.member");
  const auto arn = add_balancer(world, std::move(balancer), now);
  if (!arn) {
    return refuse(arn.error(), arn.error().kind == ErrorKind::kConflict
                                   ? "DuplicateLoadBalancerName"
                                   : "ValidationError");
  }
  return response(call, [&](XmlWriter& xml) {
    write_list(xml, "LoadBalancers", std::array{*find_balancer(world.targets, *arn)},
               [&](const ModernBalancer& made) { write_balancer(xml, world, made); });
  });
}

AwsAnswer delete_load_balancer(World& world, Time, const AwsCall& call) {
  (void)remove_modern_balancer(world, parameter(call.parameters, "LoadBalancerArn"));
  return done(call);
}

AwsAnswer describe_load_balancers(const World& world, Time, const AwsCall& call) {
  const auto names = numbered(call.parameters, "Names.member");
  const auto arns = numbered(call.parameters, "LoadBalancerArns.member");
  if (const auto refused = too_many(names, arns)) return tl::unexpected(*refused);
  std::vector<const ModernBalancer*> wanted;
  std::string next;
  if (!names.empty() || !arns.empty()) {
    const auto found = named(world.targets.balancers, names, arns);
    if (!found) return no_balancers();
    wanted = *found;
  } else {
    for (const auto& [arn, balancer] : world.targets.balancers) wanted.push_back(&balancer);
    auto paged = page(wanted, call, next);
    if (!paged) return tl::unexpected(paged.error());
    wanted = std::move(*paged);
  }
  return response(call, [&](XmlWriter& xml) {
    write_list(xml, "LoadBalancers", wanted,
               [&](const ModernBalancer* balancer) { write_balancer(xml, world, *balancer); });
    if (!next.empty()) xml.text("NextMarker", next);
  });
}

// --- listeners ---

AwsAnswer create_listener(World& world, Time, const AwsCall& call) {
  const std::string balancer = parameter(call.parameters, "LoadBalancerArn");
  const ModernBalancer* found = find_balancer(world.targets, balancer);
  if (found == nullptr || found->arn != balancer) return no_balancers();
  Listener listener;
  const auto port = number(call.parameters, "Port", 1, 65535, 80);
  if (!port) return refuse(400, "ValidationError", "Port must be from 1 to 65535");
  listener.port = *port;
  listener.protocol = parameter(call.parameters, "Protocol");
  for (const Parameters& action : structures(call.parameters, "DefaultActions.member")) {
    std::set<std::string> groups;
    if (const auto arn = parameter(action, "TargetGroupArn"); !arn.empty()) groups.insert(arn);
    for (const Parameters& group : structures(action, "ForwardConfig.TargetGroups.member")) {
      groups.insert(parameter(group, "TargetGroupArn"));
    }
    listener.target_group_arns.insert(listener.target_group_arns.end(), groups.begin(),
                                      groups.end());
  }
  const auto arn = add_listener(world, balancer, listener);
  if (!arn) {
    return refuse(arn.error(), arn.error().kind == ErrorKind::kConflict ? "DuplicateListener"
                                                                        : "TargetGroupNotFound");
  }
  listener.arn = *arn;
  return response(call, [&](XmlWriter& xml) {
    write_list(xml, "Listeners", std::array{listener},
               [&](const Listener& made) { write_listener(xml, balancer, made); });
  });
}

AwsAnswer delete_listener(World& world, Time, const AwsCall& call) {
  const auto removed = remove_listener(world, parameter(call.parameters, "ListenerArn"));
  if (!removed) return refuse(removed.error(), "ListenerNotFound");
  return done(call);
}

AwsAnswer describe_listeners(const World& world, Time, const AwsCall& call) {
  const auto arns = numbered(call.parameters, "ListenerArns.member");
  const std::string of = parameter(call.parameters, "LoadBalancerArn");
  if (!of.empty() && !world.targets.balancers.contains(of)) return no_balancers();
  return response(call, [&](XmlWriter& xml) {
    xml.element("Listeners", [&] {
      for (const auto& [balancer_arn, balancer] : world.targets.balancers) {
        for (const Listener& listener : balancer.listeners) {
          const bool asked = std::ranges::find(arns, listener.arn) != arns.end();
          if (balancer_arn != of && !asked) continue;
          xml.element("member", [&] { write_listener(xml, balancer_arn, listener); });
        }
      }
    });
  });
}

// --- target groups ---

AwsAnswer create_target_group(World& world, Time now, const AwsCall& call) {
  TargetGroup group;
  group.name = parameter(call.parameters, "Name");
  if (const auto type = parameter(call.parameters, "TargetType"); !type.empty()) group.type = type;
  if (const auto protocol = parameter(call.parameters, "Protocol"); !protocol.empty()) {
    group.protocol = protocol;
  }
  if (const auto vpc = parameter(call.parameters, "VpcId"); !vpc.empty()) group.vpc = vpc;
  const auto port = number(call.parameters, "Port", 1, 65535, 80);
  if (!port) return refuse(400, "ValidationError", "Port must be from 1 to 65535");
  group.port = *port;
  if (group.type != "instance" && group.type != "ip" && group.type != "lambda") {
    return refuse(400, "ValidationError", "TargetType must be instance, ip or lambda");
  }
  group.tags = read_tags(call.parameters, "Tags.member");
  const auto arn = add_target_group(world, std::move(group), now);
  if (!arn) {
    return refuse(arn.error(), arn.error().kind == ErrorKind::kConflict ? "DuplicateTargetGroupName"
                                                                        : "ValidationError");
  }
  return response(call, [&](XmlWriter& xml) {
    write_list(xml, "TargetGroups", std::array{*find_target_group(world.targets, *arn)},
               [&](const TargetGroup& made) { write_target_group(xml, world, made); });
  });
}

AwsAnswer delete_target_group(World& world, Time, const AwsCall& call) {
  const auto removed = remove_target_group(world, parameter(call.parameters, "TargetGroupArn"));
  if (!removed) return refuse(removed.error(), "ResourceInUse");
  return done(call);
}

AwsAnswer describe_target_groups(const World& world, Time, const AwsCall& call) {
  const auto names = numbered(call.parameters, "Names.member");
  const auto arns = numbered(call.parameters, "TargetGroupArns.member");
  const std::string of = parameter(call.parameters, "LoadBalancerArn");
  if (const auto refused = too_many(names, arns)) return tl::unexpected(*refused);
  if (!of.empty() && !world.targets.balancers.contains(of)) return no_balancers();
  std::vector<const TargetGroup*> wanted;
  std::string next;
  if (!names.empty() || !arns.empty()) {
    const auto found = named(world.targets.groups, names, arns);
    if (!found) return no_target_groups();
    wanted = *found;
  } else {
    for (const auto& [arn, group] : world.targets.groups) {
      const auto balancers = balancers_of(world.targets, arn);
      const bool fits = of.empty() || std::ranges::any_of(balancers, [&](const auto* balancer) {
                          return balancer->arn == of;
                        });
      if (fits) wanted.push_back(&group);
    }
    auto paged = page(wanted, call, next);
    if (!paged) return tl::unexpected(paged.error());
    wanted = std::move(*paged);
  }
  return response(call, [&](XmlWriter& xml) {
    write_list(xml, "TargetGroups", wanted,
               [&](const TargetGroup* group) { write_target_group(xml, world, *group); });
    if (!next.empty()) xml.text("NextMarker", next);
  });
}

constexpr std::array<AwsOperation, 9> kOperations{{
    {"CreateLoadBalancer", create_load_balancer},
    {"DeleteLoadBalancer", delete_load_balancer},
    {"DescribeLoadBalancers", describe_load_balancers},
    {"CreateListener", create_listener},
    {"DeleteListener", delete_listener},
    {"DescribeListeners", describe_listeners},
    {"CreateTargetGroup", create_target_group},
    {"DeleteTargetGroup", delete_target_group},
    {"DescribeTargetGroups", describe_target_groups},
}};

}  // namespace

std::span<const AwsOperation> elbv2_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
