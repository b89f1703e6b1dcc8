// SPDX-License-Identifier: Apache-2.0
// Elastic Load Balancing, classic (API version 2012-06-01).
#include <fmt/format.h>

#include <array>
#include <set>

#include "livesonic/base/time_text.h"
#include "simulator/aws/operations.h"
#include "simulator/aws/query.h"

namespace livesonic::simulator {
namespace {

constexpr std::string_view kNameSpace = "http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/";
constexpr int kLargestPage = 400;

void write_listener(XmlWriter& xml) {
  xml.element("member", [&] {
    xml.element("Listener", [&] {
      xml.text("Protocol", "HTTP");
      xml.number("LoadBalancerPort", 80);
      xml.text("InstanceProtocol", "HTTP");
      xml.number("InstancePort", 80);
    });
    xml.element("PolicyNames", [] {});
  });
}

void write_health_check(XmlWriter& xml) {
  xml.text("Target", "HTTP:80/");
  xml.number("Interval", 30);
  xml.number("Timeout", 5);
  xml.number("UnhealthyThreshold", 2);
  xml.number("HealthyThreshold", 10);
}

void write_balancer(XmlWriter& xml, const World& world, Time now, const LoadBalancer& balancer) {
  std::set<std::string> zones{world.region() + "a"};
  for (const std::string& id : balancer.instances) {
    if (const Instance* instance = world.find(id, now)) zones.insert(instance->availability_zone);
  }
  xml.text("LoadBalancerName", balancer.name);
  xml.text("DNSName", balancer.dns_name);
  xml.text("CanonicalHostedZoneName", balancer.dns_name);
  xml.text("CanonicalHostedZoneNameID", "Z14GRHDCWA56QT");
  xml.element("ListenerDescriptions", [&] { write_listener(xml); });
  xml.element("Policies", [&] {
    xml.element("AppCookieStickinessPolicies", [] {});
    xml.element("LBCookieStickinessPolicies", [] {});
    xml.element("OtherPolicies", [] {});
  });
  xml.element("BackendServerDescriptions", [] {});
  xml.element("AvailabilityZones", [&] {
    for (const std::string& zone : zones) xml.text("member", zone);
  });
  xml.element("Subnets", [] {});
  xml.element("Instances", [&] {
    for (const std::string& id : balancer.instances) {
      xml.element("member", [&] { xml.text("InstanceId", id); });
    }
  });
  xml.element("HealthCheck", [&] { write_health_check(xml); });
  xml.element("SourceSecurityGroup", [&] {
    xml.text("OwnerAlias", "amazon-elb");
    xml.text("GroupName", "amazon-elb-sg");
  });
  xml.element("SecurityGroups", [] {});
  xml.text("CreatedTime", to_iso8601(balancer.created));
  xml.text("Scheme", "internet-facing");
}

tl::unexpected<AwsError> no_such_balancer(const std::string& name) {
  return refuse(400, "LoadBalancerNotFound",
                fmt::format("There is no ACTIVE Load Balancer named '{}'", name));
}

AwsAnswer describe_load_balancers(const World& world, Time now, const AwsCall& call) {
  const auto names = numbered(call.parameters, "LoadBalancerNames.member");
  const std::string marker = parameter(call.parameters, "Marker");
  const auto page = number(call.parameters, "PageSize", 1, kLargestPage, kLargestPage);
  if (!page) {
    return refuse(400, "ValidationError",
                  fmt::format("PageSize must be a number from 1 to {}", kLargestPage));
  }
  std::vector<const LoadBalancer*> wanted;
  std::string next_marker;
  if (!names.empty()) {
    for (const std::string& name : std::set<std::string>(names.begin(), names.end())) {
      const auto found = world.balancers().find(name);
      if (found == world.balancers().end()) return no_such_balancer(name);
      wanted.push_back(&found->second);
    }
  } else {
    for (auto at = world.balancers().upper_bound(marker); at != world.balancers().end(); ++at) {
      if (wanted.size() == static_cast<std::size_t>(*page)) {
        next_marker = wanted.back()->name;
        break;
      }
      wanted.push_back(&at->second);
    }
  }
  return query_response(kNameSpace, call, [&](XmlWriter& xml) {
    xml.element("LoadBalancerDescriptions", [&] {
      for (const LoadBalancer* balancer : wanted) {
        xml.element("member", [&] { write_balancer(xml, world, now, *balancer); });
      }
    });
    if (!next_marker.empty()) xml.text("NextMarker", next_marker);
  });
}

AwsAnswer describe_instance_health(const World& world, Time now, const AwsCall& call) {
  const std::string name = parameter(call.parameters, "LoadBalancerName");
  const auto found = world.balancers().find(name);
  if (found == world.balancers().end()) return no_such_balancer(name);
  const auto& registered = found->second.instances;
  const std::set<std::string> members(registered.begin(), registered.end());

  std::vector<std::string> asked;
  for (const auto& [key, value] : call.parameters) {
    if (key.starts_with("Instances.member.") && key.ends_with(".InstanceId")) {
      asked.push_back(value);
    }
  }
  for (const std::string& id : asked) {
    if (world.find(id, now) == nullptr) {
      return refuse(400, "InvalidInstance", fmt::format("Could not find EC2 instance {}.", id));
    }
  }
  return query_response(kNameSpace, call, [&](XmlWriter& xml) {
    xml.element("InstanceStates", [&] {
      for (const std::string& id : asked.empty() ? registered : asked) {
        const Instance* instance = world.find(id, now);
        const auto since = found->second.registered.find(id);
        const Health health =
            instance != nullptr && members.contains(id)
                ? world.health(
                      *instance, now,
                      since == found->second.registered.end() ? instance->launched : since->second)
                : Health{false, "Instance",
                         "Instance is not currently registered with the LoadBalancer."};
        xml.element("member", [&] {
          xml.text("InstanceId", id);
          xml.text("State", health.in_service ? "InService" : "OutOfService");
          xml.text("ReasonCode", health.reason);
          xml.text("Description", health.description);
        });
      }
    });
  });
}

// --- changes ---

AwsAnswer create_load_balancer(World& world, Time now, const AwsCall& call) {
  const std::string name = parameter(call.parameters, "LoadBalancerName");
  if (auto added = world.add_balancer(name, now); !added) {
    return refuse(added.error(), added.error().kind == ErrorKind::kConflict
                                     ? "DuplicateLoadBalancerName"
                                     : "ValidationError");
  }
  for (const auto& [key, value] : read_tags(call.parameters, "Tags.member")) {
    (void)world.tag_balancer(name, key, value);
  }
  return query_response(kNameSpace, call, [&](XmlWriter& xml) {
    xml.text("DNSName", world.balancers().at(name).dns_name);
  });
}

AwsAnswer delete_load_balancer(World& world, Time, const AwsCall& call) {
  // AWS calls it done also where there was none.
  (void)world.delete_balancer(parameter(call.parameters, "LoadBalancerName"));
  return query_response(kNameSpace, call, [](XmlWriter&) {});
}

std::vector<std::string> named_instances(const AwsCall& call) {
  std::vector<std::string> ids;
  for (const Parameters& instance : structures(call.parameters, "Instances.member")) {
    ids.push_back(parameter(instance, "InstanceId"));
  }
  return ids;
}

std::string members_left(const World& world, const AwsCall& call, const std::string& name) {
  return query_response(kNameSpace, call, [&](XmlWriter& xml) {
    write_list(xml, "Instances", world.balancers().at(name).instances,
               [&](const std::string& id) { xml.text("InstanceId", id); });
  });
}

AwsAnswer register_instances(World& world, Time now, const AwsCall& call) {
  const std::string name = parameter(call.parameters, "LoadBalancerName");
  if (!world.balancers().contains(name)) return no_such_balancer(name);
  for (const std::string& id : named_instances(call)) {
    if (!world.register_with(name, id, now)) {
      return refuse(400, "InvalidInstance", fmt::format("Could not find EC2 instance {}.", id));
    }
  }
  return members_left(world, call, name);
}

AwsAnswer deregister_instances(World& world, Time, const AwsCall& call) {
  const std::string name = parameter(call.parameters, "LoadBalancerName");
  if (!world.balancers().contains(name)) return no_such_balancer(name);
  for (const std::string& id : named_instances(call)) (void)world.deregister_from(name, id);
  return members_left(world, call, name);
}

AwsAnswer add_tags(World& world, Time, const AwsCall& call) {
  for (const std::string& name : numbered(call.parameters, "LoadBalancerNames.member")) {
    for (const auto& [key, value] : read_tags(call.parameters, "Tags.member")) {
      if (!world.tag_balancer(name, key, value)) return no_such_balancer(name);
    }
  }
  return query_response(kNameSpace, call, [](XmlWriter&) {});
}

AwsAnswer describe_tags(const World& world, Time, const AwsCall& call) {
  const auto names = numbered(call.parameters, "LoadBalancerNames.member");
  for (const std::string& name : names) {
    if (!world.balancers().contains(name)) return no_such_balancer(name);
  }
  return query_response(kNameSpace, call, [&](XmlWriter& xml) {
    write_list(xml, "TagDescriptions", names, [&](const std::string& name) {
      xml.text("LoadBalancerName", name);
      write_list(xml, "Tags", world.balancers().at(name).tags, [&](const auto& tag) {
        xml.text("Key", tag.first);
        xml.text("Value", tag.second);
      });
    });
  });
}

constexpr std::array<AwsOperation, 8> kOperations{{
    {"DescribeLoadBalancers", describe_load_balancers},
    {"DescribeInstanceHealth", describe_instance_health},
    {"CreateLoadBalancer", create_load_balancer},
    {"DeleteLoadBalancer", delete_load_balancer},
    {"RegisterInstancesWithLoadBalancer", register_instances},
    {"DeregisterInstancesFromLoadBalancer", deregister_instances},
    {"AddTags", add_tags},
    {"DescribeTags", describe_tags},
}};

}  // namespace

std::span<const AwsOperation> elb_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
