// SPDX-License-Identifier: Apache-2.0
// Scales the clusters that have a policy: each minute it is decided how many instances there are to
// be, and where that differs, the group's size is asked for as an action, with all its guards. How
// fleets without a group come to their size is in fleet_scaler.h.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/actions/desk.h"
#include "livesonic/app/core.h"
#include "livesonic/app/fleet_scaler.h"
#include "livesonic/scaling/patience.h"
#include "livesonic/scaling/pilot.h"

namespace livesonic::app {

// Thread-safe.
class ScalingDesk {
 public:
  // `core` must outlive it. `fresh`: how old a score may be to count.
  ScalingDesk(Core& core, std::map<std::string, ScalingPolicy> policies, Duration fresh,
              FleetWorld world);

  // Decides for each cluster that has a policy and is registered. Actions are asked of `desk`
  // (null: of nobody) where the policy is no dry run. To be called once a minute, by one thread.
  void tick(actions::Desk* desk, const std::stop_token& stop);

  // What can't wait for the next tick: AWS takes instances back, or launched fewer than were asked
  // for. To be called every few seconds, by any thread.
  void react(actions::Desk& desk, const std::stop_token& stop);

  // The latest decisions, by cluster; those of the first tick are come to at once where there were
  // none yet.
  std::vector<ScalingPlan> plans();

  // The cluster's history replayed against its policy, beside other ways to scale.
  Result<nlohmann::ordered_json> backtest(const std::string& cluster, Time from, Time to);

 private:
  struct Decision {
    Cluster cluster;
    ScalingPlan plan;
    scaling::FleetOrders orders;  // of a fleet
    std::string unknown;          // why it isn't known who is there; empty: it is
  };
  Result<Decision> decide(const std::string& name, const ScalingPolicy& policy,
                          const std::stop_token& stop);
  // Is it time to? Notes in the plan what was asked for last.
  Result<bool> may_ask(ScalingPlan& plan);
  void ask(ScalingPlan& plan, actions::Desk& desk, const std::stop_token& stop);
  // What the balancer counted that the pilot doesn't know yet.
  scaling::RequestRecord requests_of(const Cluster& cluster, const scaling::Pilot& pilot, Time now,
                                     const std::stop_token& stop);
  // Before anything is known of the cluster.
  static ScalingPlan blind_plan(const ScalingPolicy& policy, const scaling::Situation& situation,
                                const Decision& decision);
  void tick_one(const std::string& name, const ScalingPolicy& policy, actions::Desk* desk,
                const std::stop_token& stop);
  void react_for(const Cluster& cluster, const ScalingPolicy& policy, actions::Desk& desk,
                 const std::stop_token& stop);
  // Asked for now and then.
  std::vector<std::string> conflicts_of(const Cluster& cluster,
                                        const std::vector<Instance>& instances,
                                        const std::stop_token& stop);
  // Where there are spot instances.
  void look_for_marks(const Cluster& cluster, const std::stop_token& stop);
  void drain_doomed(const std::string& cluster, actions::Desk& desk, const std::stop_token& stop);
  void tell_budgets();
  std::set<std::string> told_of();
  scaling::Pilot& pilot_of(const std::string& name, const ScalingPolicy& policy);

  Core& core_;
  const std::map<std::string, ScalingPolicy> policies_;
  const Duration fresh_;
  const Duration known_for_;
  const FleetWorld world_;
  std::mutex ticking_;  // held over a whole tick, and guards what only ticks use
  std::map<std::string, std::unique_ptr<scaling::Pilot>> pilots_;
  std::map<std::string, scaling::Patience> patience_;
  FleetScaler fleets_;
  std::map<std::string, bool> blind_;  // whose last tick didn't know who is there
  std::map<std::string, Time> marks_sought_;
  std::map<std::string, std::string> requests_missing_;  // the last complaint of each cluster
  struct Conflicts {
    Time sought{};
    std::vector<std::string> found;
  };
  std::map<std::string, Conflicts> conflicts_;
  std::optional<std::set<std::string>> over_budget_;  // clusters of which alerting was told so
  std::mutex mutex_;                                  // guards what follows
  std::map<std::string, ScalingPlan> plans_;
};

}  // namespace livesonic::app
