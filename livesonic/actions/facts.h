// SPDX-License-Identifier: Apache-2.0
// Gathers what the guard is to know: the members as the store has them, and what AWS says of what
// is to be changed.
#pragma once

#include <stop_token>
#include <vector>

#include "livesonic/actions/cloud.h"
#include "livesonic/actions/guard.h"
#include "livesonic/actions/settings.h"
#include "livesonic/model/instance.h"
#include "livesonic/model/reading.h"
#include "livesonic/model/release.h"
#include "livesonic/storage/actions.h"
#include "livesonic/storage/history.h"
#include "livesonic/storage/inventory.h"

namespace livesonic::actions {

// Pure: how the members stand at `now`. Sound is who is in service and, where hosts are asked, has
// answered lately with a score that is no trouble, and with no failing check.
std::vector<Member> members_of(const std::vector<Instance>& instances,
                               const std::vector<ScoreReading>& scores,
                               const std::vector<CheckReading>& checks, const Settings& settings,
                               Time now);

// Everything about the cluster but what AWS has to say and what was done lately.
Result<std::vector<Instance>> watched(storage::Inventory& inventory, const std::string& cluster);

// What ran in the cluster, where that is known only from the store.
struct Past {
  std::vector<Instance> instances;  // also those that are gone
  std::vector<Release> releases;    // of an ECS service
};

// What AWS says about what the request is to change, put into the view. Without a member of that
// name nothing is asked. `past` is looked at where the request is to roll back.
Result<void> ask_cloud(Cloud& cloud, const Cluster& cluster, const ActionRequest& request,
                       const std::vector<Instance>& instances, const Past& past,
                       const Settings& settings, View& view, const std::stop_token& stop);

// "reboot web-1 (i-0123) of web"
std::string describe(const ActionRequest& request, const Cluster& cluster,
                     const std::vector<Instance>& instances, const View& view);

// kInvalidInput for a request that makes no sense at all, whatever the state of the fleet.
Result<void> check_request(const ActionRequest& request, const Settings& settings);

}  // namespace livesonic::actions
