// SPDX-License-Identifier: Apache-2.0
// Elastic Load Balancing (API version 2015-12-01): targets and their health, and tags.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "simulator/aws/elbv2_answers.h"

namespace livesonic::simulator {
namespace {

using namespace elbv2;

constexpr std::size_t kMostTargets = 200;  // in one call

// --- targets ---

// The targets that a call names, of a group that exists.
struct Meant {
  std::string group;
  std::vector<std::pair<std::string, int>> targets;  // id and port, 0 for none
};

tl::expected<Meant, AwsError> read_targets(const World& world, const AwsCall& call) {
  Meant meant;
  meant.group = parameter(call.parameters, "TargetGroupArn");
  if (!world.targets.groups.contains(meant.group)) return no_target_groups();
  for (const Parameters& target : structures(call.parameters, "Targets.member")) {
    const auto port = number(target, "Port", 1, 65535, 0);
    if (!port) return refuse(400, "ValidationError", "Port must be from 1 to 65535");
    meant.targets.emplace_back(parameter(target, "Id"), *port);
  }
  if (meant.targets.size() > kMostTargets) {
    return refuse(400, "ValidationError",
                  fmt::format("The maximum number of targets is {}", kMostTargets));
  }
  return meant;
}

AwsAnswer register_targets(World& world, Time now, const AwsCall& call) {
  const auto meant = read_targets(world, call);
  if (!meant) return tl::unexpected(meant.error());
  for (const auto& [id, port] : meant->targets) {
    const auto registered = register_target(world, meant->group, id, port, now);
    if (!registered) return refuse(registered.error(), "InvalidTarget");
  }
  return done(call);
}

AwsAnswer deregister_targets(World& world, Time now, const AwsCall& call) {
  const auto meant = read_targets(world, call);
  if (!meant) return tl::unexpected(meant.error());
  for (const auto& [id, port] : meant->targets) {
    (void)deregister_target(world, meant->group, id, port, now);
  }
  return done(call);
}

void write_health(XmlWriter& xml, const Target& target, const TargetHealth& health) {
  xml.element("Target", [&] {
    xml.text("Id", target.id);
    if (target.port != 0) xml.number("Port", target.port);
    if (!target.zone.empty()) xml.text("AvailabilityZone", target.zone);
  });
  if (target.port != 0) xml.number("HealthCheckPort", target.port);
  xml.element("TargetHealth", [&] {
    xml.text("State", health.state);
    if (!health.reason.empty()) xml.text("Reason", health.reason);
    if (!health.description.empty()) xml.text("Description", health.description);
  });
}

AwsAnswer describe_target_health(const World& world, Time now, const AwsCall& call) {
  const auto meant = read_targets(world, call);
  if (!meant) return tl::unexpected(meant.error());
  const TargetGroup& group = world.targets.groups.at(meant->group);
  return response(call, [&](XmlWriter& xml) {
    xml.element("TargetHealthDescriptions", [&] {
      const auto write = [&](const Target& target, const TargetHealth& health) {
        xml.element("member", [&] { write_health(xml, target, health); });
      };
      if (meant->targets.empty()) {
        for (const Target& target : group.targets) {
          write(target, health_of(world, group, target, now));
        }
      }
      for (const auto& [id, port] : meant->targets) {
        const int wanted = port == 0 ? group.port : port;
        const auto found = std::ranges::find_if(group.targets, [&](const Target& target) {
          return target.id == id && target.port == wanted;
        });
        if (found != group.targets.end()) {
          write(*found, health_of(world, group, *found, now));
        } else {
          Target unknown;
          unknown.id = id;
          unknown.port = wanted;
          write(unknown,
                {"unused", "Target.NotRegistered", "Target is not registered to the target group"});
        }
      }
    });
  });
}

// --- tags ---

std::map<std::string, std::string>* tags_of(World& world, const std::string& arn) {
  if (const auto at = world.targets.balancers.find(arn); at != world.targets.balancers.end()) {
    return &at->second.tags;
  }
  if (const auto at = world.targets.groups.find(arn); at != world.targets.groups.end()) {
    return &at->second.tags;
  }
  return nullptr;
}

tl::unexpected<AwsError> no_resource(const std::string& arn) {
  return arn.find(":targetgroup/") != std::string::npos ? no_target_groups() : no_balancers();
}

AwsAnswer change_tags(World& world, const AwsCall& call) {
  const auto arns = numbered(call.parameters, "ResourceArns.member");
  for (const std::string& arn : arns) {
    auto* tags = tags_of(world, arn);
    if (tags == nullptr) return no_resource(arn);
    for (const auto& [key, value] : read_tags(call.parameters, "Tags.member")) (*tags)[key] = value;
    for (const auto& key : numbered(call.parameters, "TagKeys.member")) tags->erase(key);
  }
  return done(call);
}

AwsAnswer add_tags(World& world, Time, const AwsCall& call) {
  return change_tags(world, call);
}

AwsAnswer remove_tags(World& world, Time, const AwsCall& call) {
  return change_tags(world, call);
}

AwsAnswer describe_tags(const World& world, Time, const AwsCall& call) {
  const auto arns = numbered(call.parameters, "ResourceArns.member");
  if (arns.size() > kMostNames) {
    return refuse(400, "ValidationError",
                  fmt::format("The maximum number of resources is {}", kMostNames));
  }
  std::map<std::string, std::map<std::string, std::string>> found;
  for (const std::string& arn : arns) {
    const auto balancer = world.targets.balancers.find(arn);
    const auto group = world.targets.groups.find(arn);
    if (balancer != world.targets.balancers.end()) {
      found[arn] = balancer->second.tags;
    } else if (group != world.targets.groups.end()) {
      found[arn] = group->second.tags;
    } else {
      return no_resource(arn);
    }
  }
  return response(call, [&](XmlWriter& xml) {
    write_list(xml, "TagDescriptions", found, [&](const auto& entry) {
      xml.text("ResourceArn", entry.first);
      write_list(xml, "Tags", entry.second, [&](const auto& tag) {
        xml.text("Key", tag.first);
        xml.text("Value", tag.second);
      });
    });
  });
}

constexpr std::array<AwsOperation, 6> kOperations{{
    {"RegisterTargets", register_targets},
    {"DeregisterTargets", deregister_targets},
    {"DescribeTargetHealth", describe_target_health},
    {"AddTags", add_tags},
    {"RemoveTags", remove_tags},
    {"DescribeTags", describe_tags},
}};

}  // namespace

std::span<const AwsOperation> elbv2_target_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
