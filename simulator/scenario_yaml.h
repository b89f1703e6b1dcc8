// SPDX-License-Identifier: Apache-2.0
// What reads a scenario's YAML. All of it throws YAML::Exception with the line of what is wrong;
// parse_scenario (scenario.h) makes errors of them.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "simulator/scenario.h"

namespace livesonic::simulator {

[[noreturn]] void refuse_at(const YAML::Node& node, const std::string& why);

// That it is a map of these keys, each at most once.
void check_keys(const YAML::Node& map, const std::vector<std::string>& known);

std::string read_text(const YAML::Node& map, const char* key);
int read_whole(const YAML::Node& map, const char* key);
Duration read_duration(const YAML::Node& map, const char* key);

// --- events that change AWS, not hosts (scenario_changes.cpp) ---

// Their keys: "aws_fault", "shortage", "spot_price", "throttling", "post", "delete".
const std::vector<std::string>& change_keys();

// The event of one of these keys; a second one ends it after `for`.
std::vector<ScenarioEvent> read_change_events(const YAML::Node& node, const std::string& key);

}  // namespace livesonic::simulator
