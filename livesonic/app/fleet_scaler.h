// SPDX-License-Identifier: Apache-2.0
// Fleets that livesonic launches itself: each minute the book is made of what is stored, the orders
// of the book, and of the orders actions, with all their guards.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/actions/cloud.h"
#include "livesonic/actions/desk.h"
#include "livesonic/app/core.h"
#include "livesonic/scaling/buyer.h"
#include "livesonic/scaling/patience.h"
#include "livesonic/scaling/pilot.h"

namespace livesonic::app {

// By whom the actions of scaling are asked for.
inline constexpr const char* kScalingAsker = "rule:scaling";

// What such a fleet needs of the world outside.
struct FleetWorld {
  struct Market {
    std::vector<scaling::Pool> pools;         // with their prices; those without one are left out
    std::map<std::string, double> on_demand;  // USD an hour, by type
  };
  std::function<Market(const Cluster&, const ScalingPolicy&, const std::stop_token&)> market;
  // All that bear the cluster's tag and have not ended.
  std::function<Result<std::vector<actions::LaunchedHost>>(const Cluster&, const std::stop_token&)>
      launched;
  // USD that the cluster has cost from the one time to the other.
  std::function<double(const std::string& cluster, Time from, Time to)> spent;
  // What the cluster's balancer counted from the one time to the other.
  std::function<scaling::RequestRecord(const Cluster&, Time from, Time to, const std::stop_token&)>
      requests = [](const Cluster&, Time, Time, const std::stop_token&) {
        return scaling::RequestRecord();
      };
  // What else changes the size of the cluster's group, a sentence each.
  std::function<Result<std::vector<std::string>>(
      const Cluster&, const std::vector<std::string>& members, const std::stop_token&)>
      conflicts = [](const Cluster&, const std::vector<std::string>&, const std::stop_token&) {
        return std::vector<std::string>();
      };
  // Has it written down with the instances which of them AWS is about to take back.
  std::function<void(const Cluster&, const std::stop_token&)> look_for_marks =
      [](const Cluster&, const std::stop_token&) {};
};

// What is known of a fleet at one time.
struct FleetLook {
  std::vector<Instance> instances;  // the departed among them
  std::vector<Action> actions;      // of the last day, and those that are not over
  scaling::FleetBook book;
};

// Of all clusters. Not thread-safe.
class FleetScaler {
 public:
  FleetScaler(Core& core, FleetWorld world) : core_(core), world_(std::move(world)) {}

  // `scores`: fresh ones, by instance.
  Result<FleetLook> look(const Cluster& cluster, const std::map<std::string, int>& scores);

  // Asks what things cost, orders what the plan wants, and tells it in the plan.
  scaling::FleetOrders order(const Cluster& cluster, const ScalingPolicy& policy,
                             const FleetLook& look, ScalingPlan& plan, const std::stop_token& stop);

  // Asks for what was ordered. Where nothing is ordered, instances that belong to nobody are looked
  // for now and then.
  void ask(const Cluster& cluster, const scaling::FleetOrders& orders, ScalingPlan& plan,
           actions::Desk& desk, const std::stop_token& stop);

 private:
  void request(const ActionRequest& request, ScalingPlan& plan, actions::Desk& desk,
               const std::stop_token& stop);
  bool may_ask(const std::string& cluster, ActionKind kind, Time now);
  void end_orphans(const Cluster& cluster, ScalingPlan& plan, actions::Desk& desk,
                   const std::stop_token& stop);

  Core& core_;
  const FleetWorld world_;
  std::map<std::string, Time> unfilled_since_;
  std::map<std::string, Time> orphans_sought_;
  std::map<std::pair<std::string, ActionKind>, scaling::Patience> patience_;
};

}  // namespace livesonic::app
