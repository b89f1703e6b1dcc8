// SPDX-License-Identifier: Apache-2.0
// Judges each round and makes what follows durable: incidents and the messages that tell of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "livesonic/alerting/evaluate.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/model/event.h"
#include "livesonic/model/round.h"
#include "livesonic/storage/incidents.h"

namespace livesonic::alerting {

// Thread-safe, but one call at a time for a cluster, or for findings; does not own what it is
// given.
class Alerting {
 public:
  // `channels` are the names of those to be told of new incidents.
  Alerting(storage::Incidents& store, EventSink& events, Rules rules,
           std::vector<std::string> channels)
      : store_(store), events_(events), rules_(rules), channels_(std::move(channels)) {}

  // Evaluates the round and writes its outcome in one transaction.
  Result<void> finish(const Round& round);

  // The cluster was removed: its open incidents are closed, and those told of them are told that.
  Result<void> close_cluster(const std::string& cluster, const std::string& why, Time at);

  // `findings` are all those of these kinds (what their causes begin with) that there are now. Each
  // has one incident, of no cluster, from the time when it is first among them until it no longer
  // is.
  Result<void> judge(const std::vector<Finding>& findings,
                     const std::vector<std::string_view>& kinds, Time at);

 private:
  Result<void> commit(storage::RoundOutcome outcome, const Decision& decision, Time at);

  storage::Incidents& store_;
  EventSink& events_;
  const Rules rules_;
  const std::vector<std::string> channels_;
};

}  // namespace livesonic::alerting
