// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

constexpr std::string_view kAccount = "123456789012";

std::string arn_of(World& world, const std::string& resource) {
  return fmt::format("arn:aws:elasticloadbalancing:{}:{}:{}/{:016x}", world.region(), kAccount,
                     resource, world.fresh_word());
}

Result<void> check_name(const std::string& name, std::string_view what) {
  const bool fits = !name.empty() && name.size() <= 32 && name.front() != '-' &&
                    name.back() != '-' && std::ranges::all_of(name, [](unsigned char c) {
                      return c == '-' || (c < 0x80 && std::isalnum(c) != 0);
                    });
  if (fits) return {};
  return fail(ErrorKind::kInvalidInput,
              fmt::format("The {} name '{}' must have 1 to 32 letters, digits and hyphens, none of "
                          "them at its ends",
                          what, name.substr(0, 64)));
}

Result<TargetGroup*> existing_group(World& world, const std::string& arn) {
  const auto found = world.targets.groups.find(arn);
  if (found != world.targets.groups.end()) return &found->second;
  return fail(ErrorKind::kNotFound, fmt::format("there is no target group '{}'", arn));
}

template <typename Map>
auto find_named(const Map& map, const std::string& name_or_arn) {
  using Value = const typename Map::mapped_type;
  if (const auto found = map.find(name_or_arn); found != map.end()) {
    return static_cast<Value*>(&found->second);
  }
  for (const auto& [arn, value] : map) {
    if (value.name == name_or_arn) return static_cast<Value*>(&value);
  }
  return static_cast<Value*>(nullptr);
}

TargetHealth of_state(InstanceState state) {
  const bool ended = state == InstanceState::kShuttingDown || state == InstanceState::kTerminated;
  return {"unused", "Target.InvalidState",
          fmt::format("Target is in the {} state", ended ? "terminated" : "stopped")};
}

}  // namespace

const ModernBalancer* find_balancer(const TargetStore& store, const std::string& name_or_arn) {
  return find_named(store.balancers, name_or_arn);
}

const TargetGroup* find_target_group(const TargetStore& store, const std::string& name_or_arn) {
  return find_named(store.groups, name_or_arn);
}

std::vector<const ModernBalancer*> balancers_of(const TargetStore& store,
                                                const std::string& target_group_arn) {
  std::vector<const ModernBalancer*> found;
  for (const auto& [arn, balancer] : store.balancers) {
    const bool forwards = std::ranges::any_of(balancer.listeners, [&](const Listener& listener) {
      return std::ranges::find(listener.target_group_arns, target_group_arn) !=
             listener.target_group_arns.end();
    });
    if (forwards) found.push_back(&balancer);
  }
  return found;
}

TargetHealth health_of(const World& world, const TargetGroup& group, const Target& target,
                       Time now) {
  if (target.deregistered) {
    return {"draining", "Target.DeregistrationInProgress", "Target deregistration is in progress"};
  }
  if (balancers_of(world.targets, group.arn).empty()) {
    return {"unused", "Target.NotInUse",
            "Target group is not configured to receive traffic from the load balancer"};
  }
  const Instance* instance = nullptr;
  if (group.type == "instance") {
    instance = world.find(target.id, now);
  } else if (group.type == "ip") {
    instance = world.find_at(target.id, now);
  }
  if (instance != nullptr) {
    const InstanceState state = world.state(*instance, now);
    if (state != InstanceState::kRunning && state != InstanceState::kPending) {
      return of_state(state);
    }
  }
  const Time running = instance != nullptr ? instance->launched + world.pace().pending : Time{};
  const Time begun = std::max(running, target.registered);
  if (now < begun + world.pace().registering) {
    return now < begun + world.pace().registering / 2
               ? TargetHealth{"initial", "Elb.RegistrationInProgress",
                              "Target registration is in progress"}
               : TargetHealth{"initial", "Elb.InitialHealthChecking",
                              "Initial health checks in progress"};
  }
  if (instance == nullptr || world.answers(*instance, now)) return {"healthy", "", ""};
  if (group.protocol != "HTTP" && group.protocol != "HTTPS") {
    return {"unhealthy", "Target.FailedHealthChecks", "Health checks failed"};
  }
  if (world.host(*instance, now).services_down.contains("nginx")) {
    return {"unhealthy", "Target.ResponseCodeMismatch",
            "Health checks failed with these codes: [502]"};
  }
  return {"unhealthy", "Target.Timeout", "Request timed out"};
}

Result<std::string> add_balancer(World& world, ModernBalancer balancer, Time now) {
  if (auto fits = check_name(balancer.name, "load balancer"); !fits) return fail(fits.error());
  if (find_balancer(world.targets, balancer.name) != nullptr) {
    return fail(ErrorKind::kConflict,
                fmt::format("a load balancer with the name '{}' exists already", balancer.name));
  }
  const char* kind = balancer.type == "network" ? "net" : "app";
  balancer.arn = arn_of(world, fmt::format("loadbalancer/{}/{}", kind, balancer.name));
  balancer.dns_name =
      fmt::format("{}-{}.{}elb.{}amazonaws.com", balancer.name, world.fresh_word() % 10'000'000'000,
                  balancer.type == "network" ? "" : world.region() + ".",
                  balancer.type == "network" ? world.region() + "." : "");
  balancer.created = now;
  const std::string arn = balancer.arn;
  world.targets.balancers.emplace(arn, std::move(balancer));
  return arn;
}

Result<void> remove_modern_balancer(World& world, const std::string& arn) {
  world.targets.balancers.erase(arn);  // AWS calls it done either way
  return {};
}

Result<std::string> add_target_group(World& world, TargetGroup group, Time now) {
  if (auto fits = check_name(group.name, "target group"); !fits) return fail(fits.error());
  if (find_target_group(world.targets, group.name) != nullptr) {
    return fail(ErrorKind::kConflict,
                fmt::format("a target group with the name '{}' exists already", group.name));
  }
  group.arn = arn_of(world, "targetgroup/" + group.name);
  group.created = now;
  group.deregistration_delay = world.pace().draining;
  if (group.type == "lambda") {
    group.protocol.clear();
    group.port = 0;
  }
  const std::string arn = group.arn;
  world.targets.groups.emplace(arn, std::move(group));
  return arn;
}

Result<void> remove_target_group(World& world, const std::string& arn) {
  if (!balancers_of(world.targets, arn).empty()) {
    return fail(ErrorKind::kConflict,
                fmt::format("Target group '{}' is currently in use by a listener or a rule", arn));
  }
  world.targets.groups.erase(arn);
  return {};
}

Result<std::string> add_listener(World& world, const std::string& balancer_arn, Listener listener) {
  const auto found = world.targets.balancers.find(balancer_arn);
  if (found == world.targets.balancers.end()) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no load balancer '{}'", balancer_arn));
  }
  for (const std::string& group : listener.target_group_arns) {
    if (auto there = existing_group(world, group); !there) return fail(there.error());
  }
  auto& listeners = found->second.listeners;
  if (std::ranges::find(listeners, listener.port, &Listener::port) != listeners.end()) {
    return fail(ErrorKind::kConflict,
                "A listener already exists on this port for this load balancer");
  }
  const std::size_t name = balancer_arn.find("loadbalancer/") + std::string("loadbalancer/").size();
  listener.arn = arn_of(world, "listener/" + balancer_arn.substr(name));
  listeners.push_back(listener);
  return listener.arn;
}

Result<void> remove_listener(World& world, const std::string& arn) {
  for (auto& [balancer_arn, balancer] : world.targets.balancers) {
    if (std::erase_if(balancer.listeners, [&](const Listener& l) { return l.arn == arn; }) > 0) {
      return {};
    }
  }
  return fail(ErrorKind::kNotFound, fmt::format("One or more listeners not found: '{}'", arn));
}

Result<void> register_target(World& world, const std::string& group_arn, const std::string& id,
                             int port, Time now) {
  auto group = existing_group(world, group_arn);
  if (!group) return fail(group.error());
  Target target;
  target.id = id;
  target.port = port == 0 ? (*group)->port : port;
  target.registered = now;
  if ((*group)->type == "instance") {
    const Instance* instance = world.find(id, now);
    if (instance == nullptr || instance->terminated) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("The following targets are not in a running state and cannot be "
                              "registered: '{}'",
                              id.substr(0, 64)));
    }
    // Registered while it is launched: what counts is when it runs.
    target.registered = std::max(now, instance->launched);
  }
  auto& targets = (*group)->targets;
  const auto same = std::ranges::find_if(
      targets, [&](const Target& t) { return t.id == id && t.port == target.port; });
  if (same == targets.end()) {
    targets.push_back(std::move(target));
  } else if (same->deregistered) {
    *same = std::move(target);
  }
  return {};
}

Result<void> deregister_target(World& world, const std::string& group_arn, const std::string& id,
                               int port, Time now) {
  auto group = existing_group(world, group_arn);
  if (!group) return fail(group.error());
  const auto meant = [&](const Target& t) {
    return t.id == id && (port == 0 || t.port == port) && !t.deregistered;
  };
  if (balancers_of(world.targets, group_arn).empty() ||
      (*group)->deregistration_delay == Duration{}) {
    std::erase_if((*group)->targets, meant);
    return {};
  }
  for (Target& target : (*group)->targets) {
    if (meant(target)) target.deregistered = now;
  }
  return {};
}

void forget_target(TargetStore& store, const std::string& id) {
  for (auto& [arn, group] : store.groups) {
    std::erase_if(group.targets, [&](const Target& target) { return target.id == id; });
  }
}

void settle_targets(TargetStore& store, Time now) {
  for (auto& [arn, group] : store.groups) {
    std::erase_if(group.targets, [&](const Target& target) {
      return target.deregistered && now >= *target.deregistered + group.deregistration_delay;
    });
  }
}

}  // namespace livesonic::simulator
