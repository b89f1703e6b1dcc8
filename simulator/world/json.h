// SPDX-License-Identifier: Apache-2.0
// The world as JSON, for the control API and the ready file. Pure functions.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "simulator/world/world.h"

namespace livesonic::simulator {

nlohmann::json to_json(const World& world, const Instance& instance, Time now);
// Balancers with the ids of their instances, all instances, zones and pending faults of AWS.
nlohmann::json to_json(const World& world, Time now);

}  // namespace livesonic::simulator
