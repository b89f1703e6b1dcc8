// SPDX-License-Identifier: Apache-2.0
// The pure decision at the heart of alerting: what a round of readings means for the incidents.
//
// Each pair of an instance and a cause is counted on its own: after `polls_to_open` bad polls in a
// row it fires, after `polls_to_close` good ones in a row it is well again. A poll that could not
// tell (the host was out of reach, so nothing is known of its services) counts as neither. All that
// fires in a cluster for one cause is one incident: it opens with the first instance and closes
// when none is left.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "livesonic/model/incident.h"
#include "livesonic/model/round.h"

namespace livesonic::alerting {

struct Rules {
  int score_below = 40;      // a score below this is bad; 0: no score is
  bool service_down = true;  // services not as expected
  bool unreachable = true;   // instances that can't be reached, or give no score
  int polls_to_open = 3;
  int polls_to_close = 3;
};

struct Decision {
  std::vector<Condition> conditions;  // all of the cluster's, from now on
  std::vector<Incident> opened;
  std::vector<Incident> changed;  // members joined, left or got worse; still open
  std::vector<Incident> closed;
};

// `conditions` and `open` are what the last decision for this cluster left. `new_id` gives each new
// incident its id.
Decision evaluate(const Round& round, const std::vector<Condition>& conditions,
                  const std::vector<Incident>& open, const Rules& rules,
                  const std::function<std::string()>& new_id);

// What findings mean: each has an incident of its own, of no cluster, for as long as it is found.
// `open` are those that the last decision about such findings left open.
Decision evaluate(const std::vector<Finding>& findings, const std::vector<Incident>& open, Time at,
                  const std::function<std::string()>& new_id);

// The cluster is not watched any more: all its incidents close, with `why` as their summary.
std::vector<Incident> close_all(std::vector<Incident> open, const std::string& why, Time at);

}  // namespace livesonic::alerting
