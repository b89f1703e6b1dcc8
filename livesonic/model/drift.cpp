// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/drift.h"

#include <map>
#include <string>

namespace livesonic {

Drift drift_of(const Cluster& cluster, const std::vector<Instance>& instances,
               const std::vector<ScoreReading>& scores) {
  std::map<std::string, Outcome> outcomes;
  for (const ScoreReading& score : scores) outcomes[score.instance] = score.outcome;
  Drift drift;
  drift.wanted = cluster.discovery.wanted;
  int silent = 0;
  for (const Instance& instance : instances) {
    if (!instance.watched() || instance.missing_since) continue;
    ++drift.members;
    if (is_in_service(instance.balancer_state)) ++drift.in_service;
    const auto outcome = outcomes.find(instance.id);
    if (outcome == outcomes.end()) continue;
    const bool reached =
        !is_transport_failure(outcome->second) && outcome->second != Outcome::kNotRun;
    ++(reached ? drift.reached : silent);
  }
  drift.drifting = (drift.wanted && *drift.wanted != drift.members) ||
                   drift.in_service != drift.members || silent > 0;
  return drift;
}

}  // namespace livesonic
