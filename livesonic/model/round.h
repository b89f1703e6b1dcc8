// SPDX-License-Identifier: Apache-2.0
// One poll of a whole cluster: what monitoring hands to alerting. Plain value.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "livesonic/model/cluster.h"
#include "livesonic/model/history.h"
#include "livesonic/model/instance.h"
#include "livesonic/model/reading.h"
#include "livesonic/model/service.h"

namespace livesonic {

// For so long an instance that vanished is news.
constexpr Duration kVanishedFor = std::chrono::hours{1};

struct Round {
  Cluster cluster;
  Time at{};                               // when it was complete
  std::vector<Instance> instances;         // those watched
  std::vector<Service> services;           // those that apply to the cluster
  std::vector<InstanceReadings> readings;  // one for each instance
  std::optional<ClusterPoint> point;       // none when no instance gave a score
  std::vector<Instance> vanished;          // left within kVanishedFor, and nothing explains it
  std::string aws_error;                   // why AWS could not be asked; empty when it could
  // Not a poll but what streams brought between two: `readings` are some instances' scores, and
  // nothing is known of the others and of the checks.
  bool partial = false;
  // One for each of the cluster's probes: of the fleet's front, so the instance is empty, and
  // `service` is the probe's name.
  std::vector<CheckReading> probes = {};
};

// Mean, extremes and spread of the scores among `readings`; nullopt when there is none.
// The spread is the standard deviation of the population.
std::optional<ClusterPoint> summarize(Time at, const std::vector<InstanceReadings>& readings);

}  // namespace livesonic
