// SPDX-License-Identifier: Apache-2.0
// From flags to a world: the same flags give the same instances, ids and load in every run, so that
// back-filled history fits the live fleet.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/result.h"
#include "simulator/world.h"

namespace livesonic::simulator {

struct ClusterPlan {
  std::string name;  // its load balancer is NAME-elb
  int instances = 0;
};

struct FleetPlan {
  std::uint64_t seed = 1;
  std::vector<ClusterPlan> clusters;
  int zones = 0;
  std::string region = "ap-northeast-1";
  Duration utc_offset = std::chrono::hours{9};  // where the users' day begins
  Pace pace;
};

// "web:20,api:14,batch:6"; empty for no cluster at all.
Result<std::vector<ClusterPlan>> parse_clusters(std::string_view text);

// The world as it stands at `now`: all instances were launched in the weeks before and run.
Result<World> build_world(const FleetPlan& plan, Time now);

std::string balancer_name(std::string_view cluster);

}  // namespace livesonic::simulator
