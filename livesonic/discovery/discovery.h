// SPDX-License-Identifier: Apache-2.0
// Brings what the store knows of a cluster up to what AWS says now.
#pragma once

#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/discovery/fleet_source.h"
#include "livesonic/model/event.h"
#include "livesonic/storage/inventory.h"

namespace livesonic::discovery {

// Thread-safe; does not own what it is given.
class Discovery {
 public:
  struct Refreshed {
    std::vector<std::string> retired;  // ids no longer watched
    std::string error;                 // why AWS could not be asked; empty when it could
  };

  Discovery(FleetSource& source, storage::Inventory& inventory, EventSink& events,
            const Clock& clock)
      : source_(source), inventory_(inventory), events_(events), clock_(clock) {}

  // Asks AWS and stores what follows. That AWS can't be asked is kept with the cluster and is no
  // error here, for the known instances go on being watched; only the store's failures are. After
  // a stop was requested nothing is kept.
  Result<Refreshed> refresh(const Cluster& cluster, const std::stop_token& stop = {});

 private:
  Result<std::vector<Instance>> known_instances(const std::string& cluster,
                                                const std::vector<Member>& members);

  FleetSource& source_;
  storage::Inventory& inventory_;
  EventSink& events_;
  const Clock& clock_;
};

}  // namespace livesonic::discovery
