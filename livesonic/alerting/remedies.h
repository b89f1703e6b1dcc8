// SPDX-License-Identifier: Apache-2.0
// What a rule asks to be done about its open incidents. Pure.
#pragma once

#include <optional>
#include <vector>

#include "livesonic/model/action.h"
#include "livesonic/model/incident.h"
#include "livesonic/model/rule.h"

namespace livesonic::alerting {

// The requests, a list for each instance that suffers (or one for the cluster), to be made one
// after another: the next when the one before is over. Each has a key of its own, the same each
// time, so that asking again asks for nothing more. None while the incident is silenced or
// acknowledged, or comes and goes. `wanted`: how many members the cluster is to have; without it
// capacity is not asked for.
std::vector<std::vector<ActionRequest>> remedies(const Incident& incident, const Rule& rule,
                                                 std::optional<int> wanted);

// How long after a request that was refused for a reason that passes the next one is made: a minute
// after the first, then twice as long each time, at most a quarter of an hour. Each stands in the
// audit log. `refusals`: so far, 1 or more.
Duration ask_again_after(int refusals);

}  // namespace livesonic::alerting
