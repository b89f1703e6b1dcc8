// SPDX-License-Identifier: Apache-2.0
#include "simulator/fleet.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
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

}  // namespace

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
    const std::string_view count =
        colon == std::string_view::npos ? std::string_view() : trim(part.substr(colon + 1));
    const auto [end, error] =
        std::from_chars(count.data(), count.data() + count.size(), plan.instances);
    if (plan.name.empty() || error != std::errc{} || end != count.data() + count.size() ||
        plan.instances < 0 || plan.instances > 10'000) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("'{}' is no cluster such as web:20 (name, number of instances)",
                              shorten(part, 64)));
    }
    clusters.push_back(std::move(plan));
  }
  return clusters;
}

Result<World> build_world(const FleetPlan& plan, Time now) {
  World world(plan.seed, plan.region, plan.utc_offset, plan.pace);
  const Time today{std::chrono::floor<std::chrono::days>(now)};
  for (const ClusterPlan& cluster : plan.clusters) {
    const std::uint64_t seed = mix(mix(plan.seed, "age"), cluster.name);
    const Time launched = today - std::chrono::days{10 + static_cast<int>(seed % 40)} -
                          std::chrono::minutes{static_cast<int>(seed / 40 % 1440)};
    const std::string balancer = balancer_name(cluster.name);
    if (auto added = world.add_balancer(balancer, launched); !added) return fail(added.error());
    if (auto done = world.launch(balancer, cluster.instances, {}, launched); !done) {
      return fail(done.error());
    }
  }
  for (int i = 0; i < plan.zones; ++i) {
    if (auto added = world.add_zone(make_zone(plan.seed, static_cast<std::size_t>(i))); !added) {
      return fail(added.error());
    }
  }
  return world;
}

}  // namespace livesonic::simulator
