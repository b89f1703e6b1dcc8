// SPDX-License-Identifier: Apache-2.0
// How one instance's standing with regard to one cause goes on with each observation. Pure.
#pragma once

#include <optional>

#include "livesonic/alerting/observe.h"
#include "livesonic/model/incident.h"

namespace livesonic::alerting {

struct Counting {
  Time at{};
  Duration interval{};   // between polls
  bool partial = false;  // between two polls: time passes, and no poll is counted
  bool may_fire = true;  // false: what is bad is counted only
};

// `condition` after one more observation; nullopt when there is nothing to remember.
//
// It fires after `rule.bad.polls` bad polls in a row, when the first of them is `rule.bad.duration`
// ago; likewise it is well again. Where observations come between polls, as from a stream, N polls
// are N-1 intervals. What can't be told counts as neither.
std::optional<Condition> count(Condition condition, const Observation& seen,
                               const Counting& counting);

}  // namespace livesonic::alerting
