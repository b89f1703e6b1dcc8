// SPDX-License-Identifier: Apache-2.0
#include "simulator/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "livesonic/base/text.h"
#include "simulator/random.h"

namespace livesonic::simulator {
namespace {

// Names reserved for examples (RFC 2606), so that nothing real is ever named.
constexpr std::array<std::pair<const char*, const char*>, 8> kZones{{
    {"shop.example", "The shop"},
    {"api.example", "API for partners"},
    {"corp.example", "Internal services"},
    {"static.example", ""},
    {"xn--eckwd4c7c.example", "Domains (Japanese)"},
    {"campaign.example", "Last spring's campaign"},
    {"status.example", "Status page"},
    {"mail.example", ""},
}};

Zone make_zone(std::uint64_t seed, std::size_t index) {
  const auto& [name, comment] = kZones[index % kZones.size()];
  Zone zone;
  zone.name = index < kZones.size() ? name : fmt::format("{}.{}", index / kZones.size(), name);
  zone.comment = comment;
  zone.private_zone = zone.name.starts_with("corp");
  zone.record_count = 2 + static_cast<int>(mix(mix(seed, "records"), index) % 60);
  return zone;
}

// Public zones of the first eight are of domains that are registered here too.
std::optional<Registration> registration_of(std::uint64_t seed, const Zone& zone, Time today) {
  if (zone.private_zone) return std::nullopt;
  const std::uint64_t word = mix(mix(seed, "registration"), zone.name);
  Registration domain;
  domain.name = zone.name;
  domain.expires = today + std::chrono::days{90 + static_cast<int>(word % 270)};
  domain.created = domain.expires - std::chrono::days{365 * (1 + static_cast<int>(word / 270 % 9))};
  domain.auto_renew = word % 5 != 0;
  return domain;
}

constexpr std::array<std::pair<ClusterKind, std::string_view>, 6> kKinds{{
    {ClusterKind::kElb, "elb"},
    {ClusterKind::kAlb, "alb"},
    {ClusterKind::kNlb, "nlb"},
    {ClusterKind::kAsg, "asg"},
    {ClusterKind::kEcs, "ecs"},
    {ClusterKind::kFargate, "fargate"},
}};
constexpr int kTasksPerHost = 2;

// The balancer and its target group; the group's ARN.
Result<std::string> add_front(World& world, const ClusterPlan& plan, Time launched) {
  ModernBalancer balancer;
  balancer.name = balancer_name(plan);
  const bool is_network = plan.kind == ClusterKind::kNlb;
  if (is_network) balancer.type = "network";
  const auto arn = add_balancer(world, balancer, launched);
  if (!arn) return arn;
  TargetGroup group;
  group.name = plan.name + "-tg";
  if (is_network) group.protocol = "TCP";
  if (plan.kind == ClusterKind::kFargate) group.type = "ip";
  auto targets = add_target_group(world, group, launched);
  if (!targets) return targets;
  Listener listener;
  if (is_network) listener.protocol = "TCP";
  listener.target_group_arns = {*targets};
  if (auto added = add_listener(world, *arn, listener); !added) return added;
  return targets;
}

Result<void> add_scaling_group(World& world, const ClusterPlan& plan,
                               const std::vector<std::string>& target_groups, Time launched) {
  TemplateVersion version;
  version.image = fmt::format("ami-0{:016x}", mix(mix(world.seed(), "image"), plan.name));
  const auto launch_template = add_template(world, plan.name + "-template", version, launched);
  if (!launch_template) return fail(launch_template.error());
  Group group;
  group.name = plan.name + "-asg";
  group.max = std::max(2 * plan.instances, 10);
  group.desired = plan.instances;
  group.launch_template = *launch_template;
  group.template_version = "$Latest";
  group.target_group_arns = target_groups;
  group.health_check_type = "EC2";
  return add_group(world, std::move(group), launched);
}

Result<void> add_container_service(World& world, const ClusterPlan& plan,
                                   const std::string& target_group, Time launched) {
  const bool on_fargate = plan.kind == ClusterKind::kFargate;
  (void)add_cluster(world, plan.name, launched);
  if (!on_fargate) world.containers.clusters.at(plan.name).capacity_group = plan.name + "-asg";
  TaskDefinition definition;
  definition.family = plan.name;
  definition.image = plan.name + ":1";
  if (on_fargate) definition.network_mode = "awsvpc";
  ContainerService service;
  service.name = plan.name;
  service.definition = add_definition(world, definition);
  service.launch_type = on_fargate ? "FARGATE" : "EC2";
  service.desired = on_fargate ? plan.instances : plan.instances * kTasksPerHost;
  service.target_group_arn = target_group;
  return add_service(world, plan.name, std::move(service), launched);
}

}  // namespace

std::string_view to_string(ClusterKind kind) {
  for (const auto& [known, word] : kKinds) {
    if (known == kind) return word;
  }
  return "unknown";
}

std::string balancer_name(const ClusterPlan& plan) {
  switch (plan.kind) {
    case ClusterKind::kElb:
      return plan.name + "-elb";
    case ClusterKind::kNlb:
      return plan.name + "-nlb";
    default:
      return plan.name + "-alb";
  }
}

std::string balancer_name(std::string_view cluster) {
  return std::string(cluster) + "-elb";
}

Result<std::vector<ClusterPlan>> parse_clusters(std::string_view text) {
  std::vector<ClusterPlan> clusters;
  if (trim(text).empty()) return clusters;
  for (const std::string_view part : split(text, ',')) {
    const std::size_t colon = part.find(':');
    ClusterPlan plan;
    plan.name = trim(part.substr(0, colon));
    std::string_view rest =
        colon == std::string_view::npos ? std::string_view() : trim(part.substr(colon + 1));
    bool known_kind = true;
    if (const std::size_t second = rest.find(':'); second != std::string_view::npos) {
      const std::string_view word = rest.substr(second + 1);
      rest = rest.substr(0, second);
      const auto kind =
          std::ranges::find_if(kKinds, [&](const auto& entry) { return entry.second == word; });
      known_kind = kind != kKinds.end();
      if (known_kind) plan.kind = kind->first;
    }
    const auto [end, error] =
        std::from_chars(rest.data(), rest.data() + rest.size(), plan.instances);
    if (plan.name.empty() || !known_kind || error != std::errc{} ||
        end != rest.data() + rest.size() || plan.instances < 0 || plan.instances > 10'000) {
      return fail(
          ErrorKind::kInvalidInput,
          fmt::format("'{}' is no cluster such as web:20 or web:20:asg (name, number of instances, "
                      "and elb, alb, nlb, asg, ecs or fargate)",
                      shorten(part, 64)));
    }
    clusters.push_back(std::move(plan));
  }
  return clusters;
}

Result<void> add_cluster(World& world, const ClusterPlan& plan, Time launched) {
  if (plan.kind == ClusterKind::kElb) {
    const std::string balancer = balancer_name(plan);
    if (auto added = world.add_balancer(balancer, launched); !added) return added;
    auto done = world.launch(balancer, plan.instances, {}, launched);
    return done ? Result<void>() : fail(done.error());
  }
  const auto targets = add_front(world, plan, launched);
  if (!targets) return fail(targets.error());
  switch (plan.kind) {
    case ClusterKind::kAsg:
      return add_scaling_group(world, plan, {*targets}, launched);
    case ClusterKind::kEcs:
      if (auto added = add_scaling_group(world, plan, {}, launched); !added) return added;
      return add_container_service(world, plan, *targets, launched);
    case ClusterKind::kFargate:
      return add_container_service(world, plan, *targets, launched);
    default:
      break;
  }
  LaunchPlan launch;
  launch.cluster = plan.name;
  launch.count = plan.instances;
  const auto ids = world.launch(launch, launched);
  if (!ids) return fail(ids.error());
  for (const std::string& id : *ids) {
    if (auto done = register_target(world, *targets, id, 0, launched); !done) return done;
  }
  return {};
}

Result<World> build_world(const FleetPlan& plan, Time now) {
  World world(plan.seed, plan.region, plan.utc_offset, plan.pace);
  const Time today{std::chrono::floor<std::chrono::days>(now)};
  for (const ClusterPlan& cluster : plan.clusters) {
    const std::uint64_t seed = mix(mix(plan.seed, "age"), cluster.name);
    const Time weeks_ago = today - std::chrono::days{10 + static_cast<int>(seed % 40)} -
                           std::chrono::minutes{static_cast<int>(seed / 40 % 1440)};
    // What acts by itself is made an hour ago, since it acts through all the time between.
    const bool acts = cluster.kind != ClusterKind::kElb && cluster.kind != ClusterKind::kAlb &&
                      cluster.kind != ClusterKind::kNlb;
    const auto added = add_cluster(world, cluster, acts ? now - std::chrono::hours{1} : weeks_ago);
    if (!added) return fail(added.error());
  }
  world.advance(now);
  if (!plan.event_queue.empty()) {
    if (auto added = add_queue(world, plan.event_queue, now); !added) return fail(added.error());
    world.queues.event_queue = plan.event_queue;
  }
  for (int i = 0; i < plan.zones; ++i) {
    const auto index = static_cast<std::size_t>(i);
    Zone zone = make_zone(plan.seed, index);
    if (auto domain = registration_of(plan.seed, zone, today); domain && index < kZones.size()) {
      world.registrations.domains.emplace(domain->name, *domain);
    }
    if (auto added = world.add_zone(std::move(zone)); !added) return fail(added.error());
  }
  world.throttles = plan.throttles;
  return world;
}

}  // namespace livesonic::simulator
