// SPDX-License-Identifier: Apache-2.0
// What the API can have done, done with the fleet.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "livesonic/app/core.h"
#include "livesonic/app/fleet.h"
#include "livesonic/web/operations.h"

namespace livesonic::app {

// Thread-safe; `core` must outlive it.
class FleetOperations final : public web::Operations {
 public:
  // `fleet` gives the fleet, or why it can't be had; it is asked only when one is needed, so that
  // what needs no AWS works without.
  FleetOperations(Core& core, std::function<Result<Fleet*>()> fleet)
      : core_(core), fleet_(std::move(fleet)) {}

  Result<web::PollSummary> poll(const std::string& cluster) override;
  Result<web::SyncSummary> sync_domains() override;
  Result<void> add_cluster(const Cluster& cluster) override;
  Result<void> remove_cluster(const std::string& name) override;
  Result<Action> request_action(const ActionRequest& request) override;
  Result<Action> preview_action(const ActionRequest& request) override;
  Result<Action> approve_action(const std::string& id, const std::string& by) override;
  Result<Action> reject_action(const std::string& id, const std::string& by,
                               const std::string& reason) override;
  Result<StopSwitch> switch_actions(bool stop, const std::string& by,
                                    const std::string& reason) override;

  // Ends, soon, what is under way.
  void stop() { stop_.request_stop(); }
  // Called after clusters were added or removed.
  std::function<void()> on_clusters_changed;
  // Actions are answered when they are over: for a process that ends then.
  bool waits_for_actions = false;

 private:
  Result<Action> followed(actions::Desk& desk, Result<Action> action);

  Core& core_;
  const std::function<Result<Fleet*>()> fleet_;
  std::stop_source stop_;
};

}  // namespace livesonic::app
