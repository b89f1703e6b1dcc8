// SPDX-License-Identifier: Apache-2.0
// What monitoring needs of alerting between two rounds: whoever watches the scores that streams
// bring.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/model/reading.h"

namespace livesonic::monitoring {

// Thread-safe.
class ScoreWatcher {
 public:
  virtual ~ScoreWatcher() = default;

  // Which scores are worth a look: those below a threshold, and those of certain instances.
  struct Interest {
    double below = 0;
    std::set<std::pair<std::string, std::string>> instances;  // cluster, instance
  };
  virtual Interest interest() = 0;
  // The latest of them, of one cluster. Called about every second, for as long as they are of
  // interest.
  virtual void seen(const std::string& cluster, std::vector<ScoreReading> scores, Time at) = 0;
  // A stream of the cluster broke off because its host can't be talked to any more: a poll would
  // tell more.
  virtual void lost(const std::string& cluster) = 0;
};

}  // namespace livesonic::monitoring
