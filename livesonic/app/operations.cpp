// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/operations.h"

#include <algorithm>
#include <utility>

namespace livesonic::app {
namespace {

constexpr Duration kActionPatience = std::chrono::minutes{30};

web::PollSummary summarize(const monitoring::PollResult& result) {
  web::PollSummary summary;
  summary.cluster = result.round.cluster.name;
  summary.error = result.aws_error;
  summary.instances = static_cast<int>(result.round.instances.size());
  for (const InstanceReadings& readings : result.round.readings) {
    if (readings.score.score) ++summary.scored;
    if (is_transport_failure(readings.score.outcome)) ++summary.unreachable;
    const bool failing =
        std::any_of(readings.checks.begin(), readings.checks.end(),
                    [](const CheckReading& check) { return is_failed_check(check.outcome); });
    if (failing) ++summary.failing;
  }
  if (result.round.point) summary.mean = result.round.point->mean;
  return summary;
}

// That AWS or the configuration says no is not the fault of whoever asks for a poll or a sync: to
// them it is unavailable.
tl::unexpected<Error> not_the_callers(Error error) {
  if (error.kind != ErrorKind::kConflict) error.kind = ErrorKind::kUnavailable;
  return fail(std::move(error));
}

}  // namespace

Result<web::PollSummary> FleetOperations::poll(const std::string& cluster) {
  const auto fleet = fleet_();
  if (!fleet) return not_the_callers(fleet.error());
  const auto result = (*fleet)->monitor().poll_now(cluster);
  if (!result) return fail(result.error());
  return summarize(*result);
}

Result<web::SyncSummary> FleetOperations::sync_domains() {
  const auto fleet = fleet_();
  if (!fleet) return not_the_callers(fleet.error());
  auto changes = (*fleet)->domain_watch().run(stop_.get_token());
  if (!changes) return not_the_callers(changes.error());
  return web::SyncSummary{changes->live, changes->added, changes->changed, changes->gone,
                          std::move(changes->problems)};
}

Result<void> FleetOperations::add_cluster(const Cluster& cluster) {
  if (auto added = app::add_cluster(core_, cluster); !added) return added;
  if (on_clusters_changed) on_clusters_changed();
  return {};
}

Result<void> FleetOperations::remove_cluster(const std::string& name) {
  auto removed = app::remove_cluster(core_, name, "the cluster was removed");
  if (removed && on_clusters_changed) on_clusters_changed();
  return removed;
}

// An error of the request is the asker's own; that there is no fleet isn't.
Result<Action> FleetOperations::followed(actions::Desk& desk, Result<Action> action) {
  const bool begun = action && action->state == ActionState::kApproved;
  if (!begun || !waits_for_actions) return action;
  return desk.wait_for(action->id, kActionPatience, stop_.get_token());
}

Result<Action> FleetOperations::request_action(const ActionRequest& request) {
  const auto fleet = fleet_();
  if (!fleet) return not_the_callers(fleet.error());
  actions::Desk& desk = (*fleet)->desk();
  return followed(desk, desk.request(request, stop_.get_token()));
}

Result<Action> FleetOperations::preview_action(const ActionRequest& request) {
  const auto fleet = fleet_();
  if (!fleet) return not_the_callers(fleet.error());
  return (*fleet)->desk().preview(request, stop_.get_token());
}

Result<Action> FleetOperations::approve_action(const std::string& id, const std::string& by) {
  const auto fleet = fleet_();
  if (!fleet) return not_the_callers(fleet.error());
  actions::Desk& desk = (*fleet)->desk();
  return followed(desk, desk.approve(id, by, stop_.get_token()));
}

Result<Action> FleetOperations::reject_action(const std::string& id, const std::string& by,
                                              const std::string& reason) {
  const auto fleet = fleet_();
  if (!fleet) return not_the_callers(fleet.error());
  return (*fleet)->desk().reject(id, by, reason);
}

Result<StopSwitch> FleetOperations::switch_actions(bool stop, const std::string& by,
                                                   const std::string& reason) {
  const StopSwitch state{stop, by, reason, core_.clock.now()};
  if (auto set = core_.store->set_stop_switch(state); !set) return fail(set.error());
  core_.events.publish({"actions.switched", "", "",
                        by + (stop ? " has stopped all actions" : " has let actions go on"),
                        core_.clock.now()});
  return state;
}

}  // namespace livesonic::app
