// SPDX-License-Identifier: Apache-2.0
// Brings what the store knows of a cluster up to what AWS says now.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/discovery/diff.h"
#include "livesonic/discovery/fleet_source.h"
#include "livesonic/discovery/notices.h"
#include "livesonic/model/event.h"
#include "livesonic/storage/inventory.h"

namespace livesonic::discovery {

// What a registration does to the clusters.
class ClusterRegister {
 public:
  virtual ~ClusterRegister() = default;
  virtual Result<void> add(const Cluster& cluster) = 0;
  // With its instances and incidents; `why` is a sentence for people.
  virtual Result<void> remove(const std::string& cluster, const std::string& why) = 0;
};

// Thread-safe; does not own what it is given.
class Discovery {
 public:
  struct Refreshed {
    std::vector<std::string> retired;  // ids no longer watched
    std::string error;                 // why AWS was not asked, or in vain; else empty
  };

  // Why livesonic has itself ended an instance of the cluster; empty when it hasn't.
  using Released =
      std::function<std::string(const std::string& cluster, const std::string& instance)>;

  Discovery(FleetSource& source, storage::Inventory& inventory, ClusterRegister& clusters,
            EventSink& events, const Clock& clock, const Notices* notices = nullptr,
            Released released = nullptr)
      : source_(source),
        inventory_(inventory),
        clusters_(clusters),
        events_(events),
        clock_(clock),
        notices_(notices),
        released_(std::move(released)) {}

  // Asks AWS and stores what follows; nothing where the source holds the cluster back. That AWS
  // can't be asked is kept with the cluster and is no error here, for the known instances go on
  // being watched; only the store's failures are. After a stop was requested nothing is kept.
  Result<Refreshed> refresh(const Cluster& cluster, const std::stop_token& stop = {});

 private:
  Result<std::vector<Instance>> known_instances(const std::string& cluster,
                                                const std::vector<Member>& members);
  // A registration has clusters, not instances.
  Result<Refreshed> refresh_registration(const Cluster& registration, const std::stop_token& stop);
  // That the cluster runs it now; empty: nobody knows.
  Result<void> note_release(const std::string& cluster, const std::string& release, Time now);
  // Asks further why they left, where that may tell more, and decides anew.
  void investigate(const Cluster& cluster, Changes& changes, const std::stop_token& stop);

  FleetSource& source_;
  storage::Inventory& inventory_;
  ClusterRegister& clusters_;
  EventSink& events_;
  const Clock& clock_;
  const Notices* const notices_;  // null: nothing is heard of AWS
  const Released released_;       // empty: nothing is released
};

}  // namespace livesonic::discovery
