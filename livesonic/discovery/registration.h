// SPDX-License-Identifier: Apache-2.0
// Registrations: "prod-*" or "tag:team=web" stands for all balancers (or Auto Scaling groups) that
// match, each of which is a cluster of its own, comes with its balancer and goes with it.
#pragma once

#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/model/cluster.h"

namespace livesonic::discovery {

// Pure: which clusters follow from the balancers that match.
struct Offspring {
  std::vector<Cluster> added;
  std::vector<Cluster> missing;  // clusters of this registration whose balancer matches no more
  std::string warning;           // what could not be registered, and why; empty when all could
};

// `all` holds every cluster, of whatever registration. A cluster is named after its balancer; what
// can't be in a cluster's name becomes '-'. A balancer that is a cluster already, by whatever name,
// isn't registered again.
Offspring offspring(const Cluster& registration, const std::vector<std::string>& matching,
                    const std::vector<Cluster>& all, Time now);

}  // namespace livesonic::discovery
