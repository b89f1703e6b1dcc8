// SPDX-License-Identifier: Apache-2.0
// The pure decision at the heart of alerting: what a round of readings means for the incidents.
//
// Each pair of an instance and a cause is counted on its own (count.h). All that fires in a cluster
// for one cause is one incident: it opens with the first instance and closes when none is left.
// Who is told of it is decided elsewhere (tell.h).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "livesonic/alerting/observe.h"
#include "livesonic/alerting/rules.h"
#include "livesonic/model/incident.h"
#include "livesonic/model/round.h"

namespace livesonic::alerting {

struct Decision {
  std::vector<Condition> conditions;  // all of the cluster's, from now on
  std::vector<Incident> opened;
  std::vector<Incident> changed;  // members joined, left or got worse; still open
  std::vector<Incident> closed;
};

// What evaluate() may ask for.
struct Asking {
  std::function<std::string()> new_id;  // an id for each new incident
  // How many incidents of this cluster and cause opened within the time in which they flap.
  std::function<int(const Cause&)> recent_openings = [](const Cause&) { return 0; };
};

// `conditions` and `open` are what the last decision for this cluster left.
Decision evaluate(const Round& round, const std::vector<Condition>& conditions,
                  const std::vector<Incident>& open, const Rules& rules, const Context& context,
                  const Asking& asking);

// What findings mean: each has an incident of its own, of no cluster, for as long as it is found.
// `open` are those that the last decision about such findings left open.
Decision evaluate(const std::vector<Finding>& findings, const std::vector<Incident>& open, Time at,
                  const std::function<std::string()>& new_id);

// The cluster is not watched any more: all its incidents close, with `why` as their summary.
std::vector<Incident> close_all(std::vector<Incident> open, const Rules& rules,
                                const std::string& why, Time at);

}  // namespace livesonic::alerting
