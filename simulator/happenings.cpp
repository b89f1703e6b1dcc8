// SPDX-License-Identifier: Apache-2.0
#include "simulator/happenings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "simulator/random.h"

namespace livesonic::simulator {
namespace {

constexpr std::array<const char*, 15> kHappenings{"scale_in",
                                                  "instance_refresh",
                                                  "deploy",
                                                  "spot_interruption",
                                                  "rebalance",
                                                  "health_replace",
                                                  "terminate_by_user",
                                                  "stop",
                                                  "start",
                                                  "deregister",
                                                  "impair",
                                                  "mend",
                                                  "schedule",
                                                  "relieve",
                                                  "remove_balancer"};

// What there is of a cluster; what there isn't is null.
struct Fleet {
  const LoadBalancer* classic = nullptr;
  const ModernBalancer* modern = nullptr;
  const TargetGroup* targets = nullptr;
  const Group* group = nullptr;
  const ContainerCluster* containers = nullptr;
};

template <typename Map>
auto find_ending(const Map& map, const std::string& name,
                 std::initializer_list<const char*> endings) {
  for (const char* ending : endings) {
    if (const auto found = map.find(name + ending); found != map.end()) return &found->second;
  }
  return static_cast<const typename Map::mapped_type*>(nullptr);
}

Fleet find_fleet(const World& world, const std::string& name) {
  Fleet fleet;
  fleet.classic = find_ending(world.balancers(), name, {"-elb", ""});
  fleet.group = find_ending(world.groups.groups, name, {"-asg", ""});
  fleet.containers = find_ending(world.containers.clusters, name, {""});
  fleet.targets = find_target_group(world.targets, name + "-tg");
  for (const char* ending : {"-alb", "-nlb", ""}) {
    if (fleet.modern == nullptr) fleet.modern = find_balancer(world.targets, name + ending);
  }
  return fleet;
}

tl::unexpected<Error> has_no(const std::string& cluster, std::string_view what) {
  return fail(ErrorKind::kInvalidInput, fmt::format("cluster '{}' has no {}", cluster, what));
}

Result<std::string> scale_in(World& world, const std::string& cluster, const Fleet& fleet,
                             int hosts, Time now) {
  if (fleet.group != nullptr) {
    const int desired = std::max(0, fleet.group->desired - hosts);
    const int min = std::min(fleet.group->min, desired);
    const std::string name = fleet.group->name;
    if (auto set = set_bounds(world, name, min, fleet.group->max, desired, now); !set) {
      return fail(set.error());
    }
    return fmt::format("{} scaled in to {}", name, desired);
  }
  if (fleet.classic == nullptr) return has_no(cluster, "way to be scaled in");
  const std::string name = fleet.classic->name;
  return world.retire(name, hosts, now).map([&](const std::vector<std::string>& ids) {
    return fmt::format("{} scaled in by {}", name, ids.size());
  });
}

Result<std::string> refresh(World& world, const std::string& cluster, const Fleet& fleet, Time now,
                            std::optional<TemplateChoice> desired = std::nullopt) {
  if (fleet.group == nullptr) return has_no(cluster, "Auto Scaling group to refresh");
  const std::string name = fleet.group->name;
  RefreshWishes wishes;
  wishes.min_healthy_percentage = 50;
  wishes.desired = std::move(desired);
  return start_refresh(world, name, wishes, now).map([&](const std::string& id) {
    return fmt::format("{} refreshes its instances ({})", name, id);
  });
}

// A new version: of the service's tasks, of the group's template, or of the hosts themselves.
Result<std::string> deploy(World& world, const std::string& cluster, const Fleet& fleet, Time now) {
  if (fleet.containers != nullptr && !fleet.containers->services.empty()) {
    const std::string name = fleet.containers->name;
    const std::string service = fleet.containers->services.begin()->first;
    TaskDefinition next =
        world.containers.definitions.at(fleet.containers->services.begin()->second.definition);
    next.image = fmt::format("{}:{}", next.family, next.revision + 1);
    const std::string arn = add_definition(world, next);
    return update_service(world, name, service, std::nullopt, arn, false, now).map([&] {
      return fmt::format("{} deploys {}", name, next.image);
    });
  }
  if (fleet.group != nullptr) {
    if (const auto* used = find_template(world.groups, fleet.group->launch_template)) {
      TemplateVersion next = used->versions.back();
      next.image = fmt::format("ami-0{:016x}", world.fresh_word());
      const std::string id = used->id;
      const auto number = add_template_version(world, id, std::move(next), now);
      if (!number) return fail(number.error());
      return refresh(world, cluster, fleet, now, TemplateChoice{id, std::to_string(*number)});
    }
    return refresh(world, cluster, fleet, now);
  }
  if (fleet.classic == nullptr) return has_no(cluster, "way to be deployed to");
  // Every host is replaced at once, by new ones of a new image that the same balancer serves.
  const std::string name = fleet.classic->name;
  const int count = static_cast<int>(fleet.classic->instances.size());
  LaunchPlan plan;
  plan.cluster = name.ends_with("-elb") ? name.substr(0, name.size() - 4) : name;
  plan.count = count;
  plan.image = fmt::format("ami-0{:016x}", world.fresh_word());
  const auto launched = world.launch(plan, now);
  if (!launched) return fail(launched.error());
  for (const std::string& id : *launched) {
    if (auto done = world.register_with(name, id, now); !done) return fail(done.error());
  }
  return world.retire(name, count, now).map([&](const std::vector<std::string>&) {
    return fmt::format("{} replaced by a deploy", name);
  });
}

Result<std::string> remove_balancer(World& world, const std::string& cluster, const Fleet& fleet) {
  if (fleet.classic != nullptr) {
    const std::string name = fleet.classic->name;
    return world.delete_balancer(name).map([&] { return name + " removed"; });
  }
  if (fleet.modern == nullptr) return has_no(cluster, "load balancer");
  const std::string name = fleet.modern->name;
  return remove_modern_balancer(world, fleet.modern->arn).map([&] { return name + " removed"; });
}

Result<void> befall(World& world, const std::string& what, const std::string& id, Time now) {
  if (what == "spot_interruption") return world.interrupt(id, now);
  if (what == "rebalance") return world.recommend_rebalance(id, now);
  if (what == "health_replace") return mark_member(world, id, false, now);
  if (what == "terminate_by_user") return world.terminate(id, now);
  if (what == "stop") return world.stop(id, now);
  if (what == "start") return world.start(id, now);
  if (what == "impair" || what == "mend") return world.impair(id, what == "impair", now);
  if (what == "relieve") return world.relieve(id, now);
  if (what == "schedule") {
    return world.schedule(
        id,
        {"", "instance-retirement", "The instance is running on degraded hardware",
         now + std::chrono::hours{24}},
        now);
  }
  return world.deregister(id, now);
}

}  // namespace

std::vector<std::string> known_happenings() {
  return {kHappenings.begin(), kHappenings.end()};
}

bool is_happening(const std::string& what) {
  return std::ranges::find(kHappenings, what) != kHappenings.end();
}

std::vector<std::string> fleet_members(const World& world, const std::string& cluster, Time now) {
  const Fleet fleet = find_fleet(world, cluster);
  std::set<std::string> ids;
  if (fleet.classic != nullptr) {
    ids.insert(fleet.classic->instances.begin(), fleet.classic->instances.end());
  }
  if (fleet.targets != nullptr && fleet.targets->type == "instance") {
    for (const Target& target : fleet.targets->targets) {
      if (!target.deregistered) ids.insert(target.id);
    }
  }
  if (fleet.group != nullptr) {
    for (const GroupMember& member : fleet.group->members) {
      if (member.lifecycle == "InService") ids.insert(member.id);
    }
  }
  std::vector<std::string> ordered;
  for (const Instance* instance : world.instances(now)) {
    if (ids.contains(instance->id) && !instance->terminated) ordered.push_back(instance->id);
  }
  return ordered;
}

Result<std::string> let_happen(World& world, const std::string& what, const std::string& cluster,
                               int hosts, Time now, std::uint64_t choice) {
  if (!is_happening(what)) {
    return fail(ErrorKind::kInvalidInput, fmt::format("'{}' is nothing that can happen; there are "
                                                      "{}",
                                                      what, fmt::join(known_happenings(), ", ")));
  }
  const Fleet fleet = find_fleet(world, cluster);
  if (what == "scale_in") return scale_in(world, cluster, fleet, hosts, now);
  if (what == "instance_refresh") return refresh(world, cluster, fleet, now);
  if (what == "deploy") return deploy(world, cluster, fleet, now);
  if (what == "remove_balancer") return remove_balancer(world, cluster, fleet);

  std::vector<std::string> ids = fleet_members(world, cluster, now);
  if (what == "spot_interruption" || what == "rebalance") {
    std::erase_if(ids, [&](const std::string& id) { return !world.find(id, now)->spot; });
  }
  if (what == "health_replace") {
    std::erase_if(ids,
                  [&](const std::string& id) { return group_of(world.groups, id) == nullptr; });
  }
  if (what == "start" || what == "mend") {
    std::erase_if(ids, [&](const std::string& id) {
      const Instance& instance = *world.find(id, now);
      return what == "start" ? world.state(instance, now) != InstanceState::kStopped
                             : !instance.impaired;
    });
  }
  if (hosts < 1 || ids.size() < static_cast<std::size_t>(hosts)) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("cluster '{}' has only {} hosts to which that can happen", cluster,
                            ids.size()));
  }
  std::ranges::sort(ids, {}, [&](const std::string& id) { return mix(choice, id); });
  ids.resize(static_cast<std::size_t>(hosts));
  for (const std::string& id : ids) {
    if (auto befallen = befall(world, what, id, now); !befallen) return fail(befallen.error());
  }
  return fmt::format("{}: {} befalls {}", cluster, what, fmt::join(ids, ", "));
}

}  // namespace livesonic::simulator
