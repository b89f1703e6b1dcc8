// SPDX-License-Identifier: Apache-2.0
// What a scenario's events do to the world.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "livesonic/base/time_text.h"
#include "simulator/fleet.h"
#include "simulator/happenings.h"
#include "simulator/random.h"
#include "simulator/scenario.h"

namespace livesonic::simulator {
namespace {

// "web" is the balancer "web-elb", or "web" itself.
Result<std::string> choose_balancer(const World& world, const std::string& cluster,
                                    std::uint64_t choice) {
  const auto& balancers = world.balancers();
  if (cluster == "any" && !balancers.empty()) {
    return std::next(balancers.begin(), static_cast<std::ptrdiff_t>(choice % balancers.size()))
        ->first;
  }
  for (const std::string& name : {balancer_name(cluster), cluster}) {
    if (balancers.contains(name)) return name;
  }
  return fail(ErrorKind::kNotFound, fmt::format("there is no cluster '{}'", cluster));
}

Result<void> befall(const ScenarioEvent& event, World& world, Time now, const std::string& id) {
  if (event.score) return world.impose_score(id, *event.score, now, event.lasting);
  if (event.service_down) {
    return world.impose_service_down(id, *event.service_down, now, event.lasting);
  }
  if (event.fault) return world.impose_fault(id, *event.fault, now, event.lasting);
  return world.impose_delay(id, event.delay.value_or(Duration{}), now, event.lasting);
}

std::string describe(const ScenarioEvent& event) {
  if (event.score) return fmt::format("score {}", *event.score);
  if (event.service_down) return *event.service_down + " down";
  if (event.fault) return std::string(to_string(*event.fault));
  return fmt::format("delay {}", format_duration(event.delay.value_or(Duration{})));
}

}  // namespace

Result<std::string> apply(const ScenarioEvent& event, World& world, Time now,
                          std::uint64_t choice) {
  if (event.change) {
    const auto changed = event.change(world, now);
    if (!changed) return fail(changed.error().context(event.words));
    return event.words;
  }
  if (event.happen) {
    return let_happen(world, *event.happen, event.cluster, event.hosts, now, choice);
  }
  const auto balancer = choose_balancer(world, event.cluster, mix(choice, "cluster"));
  if (!balancer) return fail(balancer.error());
  if (event.scale) {
    const auto ids = *event.scale >= 0 ? world.launch(*balancer, *event.scale, {}, now)
                                       : world.retire(*balancer, -*event.scale, now);
    if (!ids) return fail(ids.error());
    return fmt::format("{} {} by {:+}", *balancer, "scaled", *event.scale);
  }
  std::vector<std::string> ids = world.balancers().at(*balancer).instances;
  if (ids.size() < static_cast<std::size_t>(event.hosts)) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("load balancer '{}' has only {} hosts", *balancer, ids.size()));
  }
  std::ranges::sort(ids, {}, [&](const std::string& id) { return mix(choice, id); });
  std::string names;
  for (int i = 0; i < event.hosts; ++i) {
    const std::string& id = ids[static_cast<std::size_t>(i)];
    if (auto befallen = befall(event, world, now, id); !befallen) return fail(befallen.error());
    const Instance* instance = world.find(id, now);
    names += (i == 0 ? "" : ", ") + world.host(*instance, now).name;
  }
  return fmt::format("{}: {} for {}", names, describe(event), format_duration(event.lasting));
}

}  // namespace livesonic::simulator
