// SPDX-License-Identifier: Apache-2.0
// From flags to a world: the same flags give the same instances, ids and load in every run, so that
// back-filled history fits the live fleet.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/result.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {

// What a cluster is made of. All but the classic one have names of the same form.
enum class ClusterKind {
  kElb,      // NAME-elb, a classic balancer
  kAlb,      // NAME-alb, with the target group NAME-tg
  kNlb,      // NAME-nlb, likewise
  kAsg,      // the group NAME-asg, behind NAME-alb
  kEcs,      // the service NAME in the ECS cluster NAME, on the hosts of NAME-asg
  kFargate,  // the service NAME in the ECS cluster NAME, without hosts of its own
};

std::string_view to_string(ClusterKind kind);

struct ClusterPlan {
  std::string name;
  int instances = 0;  // tasks, on Fargate
  ClusterKind kind = ClusterKind::kElb;
};

struct FleetPlan {
  std::uint64_t seed = 1;
  std::vector<ClusterPlan> clusters;
  int zones = 0;
  std::string event_queue;  // gets the events of EventBridge; empty: there is none
  std::string region = "ap-northeast-1";
  Duration utc_offset = std::chrono::hours{9};  // where the users' day begins
  Pace pace;
  ThrottleStore throttles;
};

// "web:20,api:14:asg,batch:6"; empty for no cluster at all.
Result<std::vector<ClusterPlan>> parse_clusters(std::string_view text);

// The world as it stands at `now`: all instances were launched in the weeks before and run.
Result<World> build_world(const FleetPlan& plan, Time now);

// Adds one cluster, launched at `launched`.
Result<void> add_cluster(World& world, const ClusterPlan& plan, Time launched);

// Of a classic one: "web-elb".
std::string balancer_name(std::string_view cluster);
// Of any kind; empty where there is none.
std::string balancer_name(const ClusterPlan& plan);

}  // namespace livesonic::simulator
