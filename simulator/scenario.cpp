// SPDX-License-Identifier: Apache-2.0
#include "simulator/scenario.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <iterator>

#include "simulator/happenings.h"
#include "simulator/scenario_yaml.h"

namespace livesonic::simulator {
namespace {

constexpr std::size_t kMostEvents = 10'000;
constexpr std::int64_t kMostHosts = 10'000;

// What can befall hosts; an event has exactly one of these, or of change_keys().
constexpr std::array<std::string_view, 6> kHostKeys{"score", "service_down", "fault",
                                                    "delay", "scale",        "happen"};

std::string read_happening(const YAML::Node& node) {
  std::string what = read_text(node, "happen");
  if (!is_happening(what)) {
    refuse_at(node["happen"], fmt::format("there is no '{}'; there are {}", what,
                                          fmt::join(known_happenings(), ", ")));
  }
  if (!node["cluster"] || node["cluster"].Scalar() == "any") {
    refuse_at(node, "what is to happen needs a 'cluster', and not any: name it");
  }
  return what;
}

HostFault read_fault(const YAML::Node& node) {
  const auto parsed = parse_host_fault(read_text(node, "fault"));
  if (!parsed) refuse_at(node["fault"], parsed.error().message);
  return *parsed;
}

ScenarioEvent read_host_event(const YAML::Node& node, const std::string& key) {
  std::vector<std::string> keys{"at", "cluster", key};
  if (key != "scale") keys.emplace_back("hosts");
  const bool lasts = key != "scale" && key != "happen";
  if (lasts) keys.emplace_back("for");
  check_keys(node, keys);
  ScenarioEvent event;
  event.cluster = node["cluster"] ? read_text(node, "cluster") : "any";
  if (node["hosts"]) event.hosts = read_whole(node, "hosts");
  if (event.hosts < 1) refuse_at(node["hosts"], "'hosts' must be at least 1");
  if (node["for"]) event.lasting = read_duration(node, "for");
  if (key == "score") event.score = read_whole(node, "score");
  if (key == "service_down") event.service_down = read_text(node, "service_down");
  if (key == "fault") event.fault = read_fault(node);
  if (key == "delay") event.delay = read_duration(node, "delay");
  if (key == "scale") event.scale = read_whole(node, "scale");
  if (key == "happen") event.happen = read_happening(node);
  if (event.score && (*event.score < 1 || *event.score > 100)) {
    refuse_at(node["score"], "'score' must be from 1 to 100");
  }
  if (event.scale && std::abs(std::int64_t{*event.scale}) > kMostHosts) {
    refuse_at(node["scale"], fmt::format("'scale' must be from -{0} to {0}", kMostHosts));
  }
  if (lasts && event.lasting == Duration{}) {
    refuse_at(node, "an event needs 'for': how long it lasts, such as for: 30s");
  }
  return event;
}

std::vector<ScenarioEvent> read_events(const YAML::Node& node) {
  std::vector<std::string> things(kHostKeys.begin(), kHostKeys.end());
  std::ranges::copy(change_keys(), std::back_inserter(things));
  std::vector<std::string> keys{"at", "cluster", "hosts", "for", "body"};
  std::ranges::copy(things, std::back_inserter(keys));
  check_keys(node, keys);
  if (!node["at"]) refuse_at(node, "an event needs 'at': when it happens, such as at: 30s");
  const Duration at = read_duration(node, "at");

  std::erase_if(things, [&](const std::string& key) { return !node[key]; });
  if (things.size() != 1) {
    refuse_at(node, fmt::format("an event is one of {} and {}", fmt::join(kHostKeys, ", "),
                                fmt::join(change_keys(), ", ")));
  }
  std::vector<ScenarioEvent> events;
  if (std::ranges::find(kHostKeys, things[0]) != kHostKeys.end()) {
    events.push_back(read_host_event(node, things[0]));
  } else {
    events = read_change_events(node, things[0]);
  }
  for (ScenarioEvent& event : events) event.at += at;
  return events;
}

Scenario read_scenario(const YAML::Node& root) {
  check_keys(root, {"every", "events"});
  Scenario scenario;
  if (root["every"]) scenario.every = read_duration(root, "every");
  const YAML::Node events = root["events"];
  if (!events || !events.IsSequence() || events.size() > kMostEvents) {
    refuse_at(root, fmt::format("'events' must be a list of at most {}", kMostEvents));
  }
  for (const auto& node : events) {
    std::ranges::move(read_events(node), std::back_inserter(scenario.events));
  }
  std::ranges::stable_sort(scenario.events, {}, &ScenarioEvent::at);
  const bool too_late =
      scenario.every && !scenario.events.empty() && scenario.events.back().at >= *scenario.every;
  if (too_late || scenario.every == Duration{}) {
    refuse_at(root["every"], "a round must last longer than its events: make 'every' longer");
  }
  return scenario;
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

}  // namespace livesonic::simulator
