// SPDX-License-Identifier: Apache-2.0
// The moves that Auto Scaling groups make, by themselves or because they were asked to.
#pragma once

#include <string>

#include "simulator/world/groups.h"

namespace livesonic::simulator {

// "At 2026-03-01T08:30:00Z", as AWS's sentences begin.
std::string said_at(Time now);

// One that isn't being deleted, or AWS's error.
Result<Group*> living_group(World& world, const std::string& name);

// An activity that is done at once.
Activity note(World& world, Group& group, std::string description, std::string cause,
              const std::string& instance, Time now);

// Registers the instance with all that the group stands behind, or takes it out of these.
void join_fleet(World& world, const Group& group, const std::string& id, Time now);
void leave_fleet(World& world, const Group& group, const std::string& id, Time now);

// Takes the member out of service and terminates it; the activity ends when the instance has.
Activity end_member(World& world, Group& group, const std::string& id, std::string cause, Time now);

}  // namespace livesonic::simulator
