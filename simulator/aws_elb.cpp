// SPDX-License-Identifier: Apache-2.0
// Elastic Load Balancing, classic (API version 2012-06-01).
#include <fmt/format.h>

#include <array>
#include <set>

#include "livesonic/base/time_text.h"
#include "simulator/aws_operations.h"
#include "simulator/xml_writer.h"

namespace livesonic::simulator {
namespace {

constexpr std::string_view kNameSpace = "http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/";
constexpr int kLargestPage = 400;

template <typename Fill>
std::string response(const AwsCall& call, const std::string& operation, Fill&& fill) {
  XmlWriter xml;
  xml.root(operation + "Response", kNameSpace, [&] {
    xml.element(operation + "Result", [&] { fill(xml); });
    xml.element("ResponseMetadata", [&] { xml.text("RequestId", call.request_id); });
  });
  return xml.take();
}

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
  return response(call, "DescribeLoadBalancers", [&](XmlWriter& xml) {
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
  return response(call, "DescribeInstanceHealth", [&](XmlWriter& xml) {
    xml.element("InstanceStates", [&] {
      for (const std::string& id : asked.empty() ? registered : asked) {
        const Health health =
            members.contains(id)
                ? world.health(*world.find(id, now), now)
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

constexpr std::array<AwsOperation, 2> kOperations{{
    {"DescribeLoadBalancers", describe_load_balancers},
    {"DescribeInstanceHealth", describe_instance_health},
}};

}  // namespace

std::span<const AwsOperation> elb_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
