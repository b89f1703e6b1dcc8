// SPDX-License-Identifier: Apache-2.0
// Application and network load balancers, their listeners, and target groups: plain values and the
// store that holds them. What they do is in the free functions below, which work on a whole world.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::simulator {

class World;

struct Target {
  std::string id;  // an instance id, an address, or the ARN of a function
  int port = 0;    // 0 for functions
  std::string zone;
  Time registered{};
  std::optional<Time> deregistered;  // drains from then on
};

struct TargetGroup {
  std::string arn, name;
  std::string type = "instance";  // "instance", "ip", "lambda"
  std::string protocol = "HTTP";  // empty for functions
  int port = 80;
  std::string vpc = "vpc-0a1b2c3d4e5f60718";
  Time created{};
  Duration deregistration_delay{};
  std::map<std::string, std::string> tags;
  std::vector<Target> targets;  // in the order of their registration
};

struct Listener {
  std::string arn;
  std::string protocol = "HTTP";
  int port = 80;
  std::vector<std::string> target_group_arns;  // that it forwards to
};

struct ModernBalancer {
  std::string arn, name;
  std::string type = "application";  // "application", "network"
  std::string scheme = "internet-facing";
  std::string dns_name;
  std::string vpc = "vpc-0a1b2c3d4e5f60718";
  Time created{};
  std::map<std::string, std::string> tags;
  std::vector<Listener> listeners;
};

struct TargetStore {
  std::map<std::string, ModernBalancer> balancers;  // by ARN
  std::map<std::string, TargetGroup> groups;        // by ARN
};

struct TargetHealth {
  std::string state;  // "initial", "healthy", "unhealthy", "unused", "draining"
  std::string reason, description;
};

// --- what there is; nullptr when there is none ---
const ModernBalancer* find_balancer(const TargetStore& store, const std::string& name_or_arn);
const TargetGroup* find_target_group(const TargetStore& store, const std::string& name_or_arn);
// The balancers whose listeners forward to the group.
std::vector<const ModernBalancer*> balancers_of(const TargetStore& store,
                                                const std::string& target_group_arn);
// Of a target that is registered, or drains.
TargetHealth health_of(const World& world, const TargetGroup& group, const Target& target,
                       Time now);

// --- changes; each answers the ARN of what was made ---
Result<std::string> add_balancer(World& world, ModernBalancer balancer, Time now);
Result<void> remove_modern_balancer(World& world, const std::string& arn);
Result<std::string> add_target_group(World& world, TargetGroup group, Time now);
Result<void> remove_target_group(World& world, const std::string& arn);  // unless it is in use
Result<std::string> add_listener(World& world, const std::string& balancer_arn, Listener listener);
Result<void> remove_listener(World& world, const std::string& arn);
// Port 0: the group's. One that drains is registered anew.
Result<void> register_target(World& world, const std::string& group_arn, const std::string& id,
                             int port, Time now);
// Port 0: on every port. It drains for the group's delay; unused ones are gone at once.
Result<void> deregister_target(World& world, const std::string& group_arn, const std::string& id,
                               int port, Time now);

// Takes an instance out of all groups, as AWS does with those that were terminated.
void forget_target(TargetStore& store, const std::string& id);
// Forgets those that have drained.
void settle_targets(TargetStore& store, Time now);

}  // namespace livesonic::simulator
