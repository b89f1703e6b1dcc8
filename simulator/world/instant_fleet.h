// SPDX-License-Identifier: Apache-2.0
// EC2 fleets of the type "instant": launch at once what can be launched, from pools of a type in a
// zone, and say of each pool that failed why. The values are plain; launch_fleet() works on a
// world.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"

namespace livesonic::simulator {

class World;
struct LaunchPlan;

// One kind of instance that a fleet may launch: a launch template's, with what it overrides.
struct FleetPool {
  std::string launch_template;      // its id
  std::string version;              // as asked for: a number, "$Latest", "$Default" or nothing
  std::string type;                 // empty: the template's
  std::string zone, subnet;         // each perhaps empty
  std::optional<double> max_price;  // dollars an hour, of spot instances
  std::optional<double> priority;   // the lowest goes first
  double weight = 1;                // what an instance counts
};

// What is wanted on one market.
struct FleetMarket {
  int target = 0;
  int least = 0;         // launch nothing rather than less
  std::string strategy;  // "lowest-price", "prioritized", "diversified", "capacity-optimized", …
  std::optional<double> total_price;  // dollars an hour, of all together
};

struct FleetRequest {
  std::string token;  // empty: none
  std::vector<FleetPool> pools;
  FleetMarket spot, on_demand;
  std::map<std::string, std::string> tags;  // of the instances
};

struct FleetLaunch {
  FleetPool pool;
  bool spot = false;
  std::string type, zone;
  std::vector<std::string> ids;
};

struct FleetFailure {
  FleetPool pool;
  bool spot = false;
  std::string code, message;
};

struct FleetOutcome {
  std::string id;  // "fleet-…"
  std::vector<FleetLaunch> launched;
  std::vector<FleetFailure> failed;
};

struct FleetStore {
  std::map<std::string, FleetOutcome> by_token;
};

// Spot instances first. A token that was seen before launches nothing: the outcome is the same.
FleetOutcome launch_fleet(World& world, const FleetRequest& request, Time now);

}  // namespace livesonic::simulator
