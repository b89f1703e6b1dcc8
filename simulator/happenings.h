// SPDX-License-Identifier: Apache-2.0
// What befalls a fleet in the ways that AWS knows: scaled in, refreshed, deployed to, interrupted,
// …: the same for the control API and for scenarios. Each leaves AWS's own traces.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {

// "scale_in", "instance_refresh", "deploy", "spot_interruption", …: docs/simulator.md says all.
std::vector<std::string> known_happenings();
bool is_happening(const std::string& what);

// The members of the cluster ("web" of web-elb, web-asg, web-alb, …), the oldest first.
std::vector<std::string> fleet_members(const World& world, const std::string& cluster, Time now);

// Lets it befall `hosts` of the cluster's hosts, which `choice` picks where they must be picked.
// In words what happened; an error where the cluster has no such thing, or too few hosts.
Result<std::string> let_happen(World& world, const std::string& what, const std::string& cluster,
                               int hosts, Time now, std::uint64_t choice);

}  // namespace livesonic::simulator
