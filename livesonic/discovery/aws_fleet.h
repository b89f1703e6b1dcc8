// SPDX-License-Identifier: Apache-2.0
// All kinds of clusters behind one FleetSource: finds the cluster's account and region, and asks
// there as its kind wants it. Clusters of one account and region share what is asked (region.h).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "livesonic/aws/aws.h"
#include "livesonic/base/clock.h"
#include "livesonic/discovery/cloud_events.h"
#include "livesonic/discovery/fleet_source.h"
#include "livesonic/discovery/region.h"
#include "livesonic/storage/inventory.h"

namespace livesonic::discovery {

// Thread-safe; does not own what it is given.
class AwsFleet final : public FleetSource {
 public:
  // `interval` is how often each cluster is refreshed.
  AwsFleet(aws::Accounts& accounts, storage::Inventory& inventory, const Clock& clock,
           Duration interval)
      : accounts_(accounts), inventory_(inventory), clock_(clock), interval_(interval) {}

  bool holds_back(const Cluster& cluster) override;
  Result<Membership> members(const Cluster& cluster, const std::stop_token& stop) override;
  Result<std::vector<Facts>> describe(const Cluster& cluster, const std::vector<std::string>& ids,
                                      const std::set<std::string>& fresh,
                                      const std::stop_token& stop) override;
  void investigate(const Cluster& cluster, std::vector<Leaving>& leaving,
                   const std::stop_token& stop) override;
  Result<std::vector<std::string>> matching(const Cluster& registration,
                                            const std::stop_token& stop) override;
  Result<bool> exists(const Cluster& cluster, const std::stop_token& stop) override;

  // What is kept of earlier looks at the event's region, in whichever account, won't do after it.
  void outdate(const CloudEvent& event);
  // The name of the region that the cluster is in; empty when its account isn't known.
  std::string region_name(const Cluster& cluster);

 private:
  Result<Region*> region_of(const Cluster& cluster);
  // What the store knows of the clusters there, for the first calls to serve all of them.
  void prepare(Region& region, const Cluster& cluster);
  // The resources of all clusters there that are of the same kind, itself included.
  std::set<std::string> resources_like(const Cluster& cluster);
  Result<Membership> ask_members(Region& region, const Cluster& cluster,
                                 const std::stop_token& stop);
  Result<std::vector<std::string>> ask_matching(Region& region, const Cluster& registration,
                                                const std::stop_token& stop);

  aws::Accounts& accounts_;
  storage::Inventory& inventory_;
  const Clock& clock_;
  const Duration interval_;
  std::mutex mutex_;  // guards regions_
  std::map<const aws::Account*, std::unique_ptr<Region>> regions_;
};

}  // namespace livesonic::discovery
