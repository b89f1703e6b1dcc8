// SPDX-License-Identifier: Apache-2.0
#include "simulator/scenario.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

#include "livesonic/base/time_text.h"
#include "simulator/fleet.h"
#include "simulator/happenings.h"
#include "simulator/random.h"

namespace livesonic::simulator {
namespace {

constexpr std::size_t kMostEvents = 10'000;

// Thrown within this file only, as yaml-cpp's own exceptions are.
[[noreturn]] void refuse_at(const YAML::Node& node, const std::string& why) {
  throw YAML::Exception(node.Mark(), why);
}

Duration duration(const YAML::Node& node) {
  const auto parsed = parse_duration(node.as<std::string>());
  if (!parsed) refuse_at(node, parsed.error().message);
  return *parsed;
}

void check_keys(const YAML::Node& map, const std::set<std::string>& known) {
  if (!map.IsMap()) refuse_at(map, "a map was expected");
  for (const auto& entry : map) {
    const auto key = entry.first.as<std::string>();
    if (!known.contains(key)) refuse_at(entry.first, fmt::format("unknown key '{}'", key));
  }
}

ScenarioEvent read_event(const YAML::Node& node) {
  check_keys(node, {"at", "cluster", "hosts", "for", "score", "service_down", "fault", "delay",
                    "scale", "happen"});
  ScenarioEvent event;
  if (!node["at"]) refuse_at(node, "an event needs 'at'");
  event.at = duration(node["at"]);
  event.cluster = node["cluster"] ? node["cluster"].as<std::string>() : "any";
  if (node["hosts"]) event.hosts = node["hosts"].as<int>();
  if (node["for"]) event.lasting = duration(node["for"]);
  if (node["score"]) event.score = node["score"].as<int>();
  if (node["service_down"]) event.service_down = node["service_down"].as<std::string>();
  if (node["delay"]) event.delay = duration(node["delay"]);
  if (node["scale"]) event.scale = node["scale"].as<int>();
  if (const YAML::Node fault = node["fault"]) {
    const auto parsed = parse_host_fault(fault.as<std::string>());
    if (!parsed) refuse_at(fault, parsed.error().message);
    event.fault = *parsed;
  }
  if (const YAML::Node happen = node["happen"]) {
    event.happen = happen.as<std::string>();
    if (!is_happening(*event.happen)) {
      refuse_at(happen, fmt::format("there is no '{}'; there are {}", *event.happen,
                                    fmt::join(known_happenings(), ", ")));
    }
    if (event.cluster == "any") refuse_at(node, "what is to happen needs a 'cluster'");
  }
  const int things = int{event.score.has_value()} + int{event.service_down.has_value()} +
                     int{event.fault.has_value()} + int{event.delay.has_value()} +
                     int{event.scale.has_value()} + int{event.happen.has_value()};
  if (things != 1) {
    refuse_at(node, "an event is one of score, service_down, fault, delay, scale and happen");
  }
  if (event.hosts < 1) refuse_at(node, "'hosts' must be at least 1");
  if (!event.scale && !event.happen && event.lasting == Duration{})
    refuse_at(node, "an event needs 'for'");
  return event;
}

Scenario read_scenario(const YAML::Node& root) {
  check_keys(root, {"every", "events"});
  Scenario scenario;
  if (root["every"]) scenario.every = duration(root["every"]);
  const YAML::Node events = root["events"];
  if (!events || !events.IsSequence() || events.size() > kMostEvents) {
    refuse_at(root, fmt::format("'events' must be a list of at most {}", kMostEvents));
  }
  for (const auto& node : events) scenario.events.push_back(read_event(node));
  std::ranges::stable_sort(scenario.events, {}, &ScenarioEvent::at);
  const bool too_late =
      scenario.every && !scenario.events.empty() && scenario.events.back().at >= *scenario.every;
  if (too_late || scenario.every == Duration{}) {
    refuse_at(root["every"], "a round must last longer than its events");
  }
  return scenario;
}

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

Result<Scenario> parse_scenario(std::string_view yaml) {
  try {
    return read_scenario(YAML::Load(std::string(yaml)));
  } catch (const YAML::Exception& error) {
    return fail(ErrorKind::kInvalidInput,
                error.mark.is_null()
                    ? fmt::format("scenario: {}", error.msg)
                    : fmt::format("scenario, line {}: {}", error.mark.line + 1, error.msg));
  }
}

Result<std::string> apply(const ScenarioEvent& event, World& world, Time now,
                          std::uint64_t choice) {
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
