// SPDX-License-Identifier: Apache-2.0
// What the API can have done: the interface that web declares and app supplies.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/action.h"
#include "livesonic/model/cluster.h"

namespace livesonic::web {

// What one poll of a cluster came to.
struct PollSummary {
  std::string cluster;
  int instances = 0;    // watched
  int scored = 0;       // answered with a score
  int failing = 0;      // have a service that is not as expected
  int unreachable = 0;  // could not be reached
  std::optional<double> mean;
  std::string error;  // why AWS could not be asked; the known instances were polled all the same
};

struct SyncSummary {
  int live = 0;
  int added = 0;
  int changed = 0;
  int gone = 0;
  // Sentences about what could not be found out, so that what was known of it stays.
  std::vector<std::string> problems = {};
};

// Thread-safe. The calls may take as long as AWS and the hosts do.
class Operations {
 public:
  virtual ~Operations() = default;
  virtual Result<PollSummary> poll(const std::string& cluster) = 0;
  // Zones, registered names and certificates.
  virtual Result<SyncSummary> sync_domains() = 0;
  // Registers the cluster durably; with a server running it is polled at once.
  virtual Result<void> add_cluster(const Cluster& cluster) = 0;
  // Retires its instances, closes its open incidents (with their messages) and forgets it.
  virtual Result<void> remove_cluster(const std::string& name) = 0;

  // Judged, kept, and where it may be, on its way: the state says so. The preview is only judged.
  virtual Result<livesonic::Action> request_action(const ActionRequest& request) = 0;
  virtual Result<livesonic::Action> preview_action(const ActionRequest& request) = 0;
  // Of one that waits for approval; kConflict of any other.
  virtual Result<livesonic::Action> approve_action(const std::string& id,
                                                   const std::string& by) = 0;
  virtual Result<livesonic::Action> reject_action(const std::string& id, const std::string& by,
                                                  const std::string& reason) = 0;
  // Needs neither AWS nor the hosts.
  virtual Result<StopSwitch> switch_actions(bool stop, const std::string& by,
                                            const std::string& reason) = 0;
};

}  // namespace livesonic::web
