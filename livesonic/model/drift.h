// SPDX-License-Identifier: Apache-2.0
// How far apart are what AWS was asked for, what it has, and what answers? Pure.
#pragma once

#include <optional>
#include <vector>

#include "livesonic/model/cluster.h"
#include "livesonic/model/instance.h"
#include "livesonic/model/reading.h"

namespace livesonic {

struct Drift {
  std::optional<int> wanted;  // by the Auto Scaling groups, or the ECS service; not all have one
  int members = 0;            // the balancer lists
  int in_service = 0;         // of these, it sends work to
  int reached = 0;            // of these, answered at their last poll, whatever they said

  // Is anything amiss? Members that were never polled are not.
  bool drifting = false;
  friend bool operator==(const Drift&, const Drift&) = default;
};

// `scores` holds the latest reading of each instance that has one.
Drift drift_of(const Cluster& cluster, const std::vector<Instance>& instances,
               const std::vector<ScoreReading>& scores);

}  // namespace livesonic
