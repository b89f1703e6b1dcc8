// SPDX-License-Identifier: Apache-2.0
// Systems Manager's agents on the simulated hosts: every host has one, which needs no SSH. Pure.
#pragma once

#include <string>
#include <vector>

#include "simulator/world/world.h"

namespace livesonic::simulator {

// Whether Systems Manager knows the instance: it has been running, and isn't terminated.
bool has_agent(const World& world, const Instance& instance, Time now);

// Whether the agent hears from Systems Manager.
bool is_connected(const World& world, const Instance& instance, Time now);

// "InstanceIds", "tag:NAME" or "tag-key", with their values.
bool is_target(const Instance& instance, const std::string& key,
               const std::vector<std::string>& values);

// What the script does there, line by line, as the host's SSH server would have run each.
CommandRun run_there(const World& world, const Instance& instance,
                     const std::vector<std::string>& lines, Time now);

}  // namespace livesonic::simulator
