// SPDX-License-Identifier: Apache-2.0
// What the rules see in one round: for each instance and cause, and for the cluster, whether it is
// bad, good, or nothing can be told. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "livesonic/alerting/rules.h"
#include "livesonic/model/history.h"
#include "livesonic/model/incident.h"
#include "livesonic/model/round.h"

namespace livesonic::alerting {

enum class Seen {
  kBad,
  kGood,
  kBetween,  // no longer bad, and not yet as good as it must be to be well again
  kNothing,  // it can't be told: neither counts
};

struct Observation {
  Seen seen = Seen::kNothing;
  std::string detail;  // of a bad one
  const Rule* rule = nullptr;
};

using Key = std::pair<std::string, Cause>;  // instance (empty: the cluster), cause

// Whether the trouble in reaching hosts may be our own.
enum class Sight {
  kClear,
  kDoubtful,  // perhaps: what can't be reached is counted, and doesn't fire yet
  kBlind,     // it is: no host is called down
};

// What is known beyond the round itself.
struct Context {
  Sight sight = Sight::kClear;
  std::vector<ClusterPoint> recent;  // as far back as the rules look, without the round's own point
  std::optional<double> week_ago;    // the mean over the same hour a week ago
};

// Those young instances of the round that have been sound already, as far as `sound` and the round
// say. Others are booting, and nothing is told of them.
std::vector<std::string> sound_young(const Round& round, const Rules& rules,
                                     const std::vector<std::string>& sound);

// Everything that the rules look at. What is not in it is not asked about any more, unless the
// round is partial. `sound`: as sound_young() gave it.
std::map<Key, Observation> observe(const Round& round, const Rules& rules, const Context& context,
                                   const std::vector<std::string>& sound);

// How many times faster than the objective allows the points use up the budget: the share of those
// in the window before `now` that are below `below`, over the share that may be. Nullopt while the
// window is not half covered.
std::optional<double> burn_rate(const std::vector<ClusterPoint>& points, Time now, Duration window,
                                double below, double objective);

}  // namespace livesonic::alerting
