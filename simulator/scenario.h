// SPDX-License-Identifier: Apache-2.0
// Scenarios: what befalls the fleet, and when, as data in YAML. Parsing and applying are pure; the
// player (scenario_player.h) adds the clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/result.h"
#include "simulator/control/changes.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {

// One thing that happens. Exactly one of score and what follows it is set.
struct ScenarioEvent {
  Duration at{};        // from the start of the round
  std::string cluster;  // "any": picked anew in each round
  int hosts = 1;        // how many are befallen, picked anew in each round
  Duration lasting{};   // "for"
  std::optional<int> score;
  std::optional<std::string> service_down;
  std::optional<HostFault> fault;
  std::optional<Duration> delay;
  std::optional<int> scale;           // this many more (or fewer) hosts
  std::optional<std::string> happen;  // one of known_happenings()
  Change change;                      // of AWS: what the control API can change
  std::string words;                  // that say it
};

struct Scenario {
  std::optional<Duration> every;      // rounds follow each other; without it there is only one
  std::vector<ScenarioEvent> events;  // in the order of `at`
};

// Errors name the line and what is wrong with it.
Result<Scenario> parse_scenario(std::string_view yaml);

// The built-in one, as written in scenarios/demo.yaml.
std::string_view demo_scenario();

// Lets the event happen now. `choice` decides which hosts it befalls. Returns what happened, in
// words; an error when the world has no such cluster or too few hosts.
Result<std::string> apply(const ScenarioEvent& event, World& world, Time now, std::uint64_t choice);

}  // namespace livesonic::simulator
