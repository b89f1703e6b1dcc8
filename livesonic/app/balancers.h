// SPDX-License-Identifier: Apache-2.0
// The DNS names of the balancers that the registered clusters stand behind, as domains need them.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/aws/aws.h"
#include "livesonic/base/clock.h"
#include "livesonic/domains/aliases.h"
#include "livesonic/monitoring/probing.h"
#include "livesonic/storage/inventory.h"

namespace livesonic::app {

// Thread-safe; does not own what it is given. A call or two for each account and region that has
// clusters with balancers. Auto Scaling groups, ECS services, tags and lists of hosts have none of
// their own: who wants to see what serves them registers the balancer or the target group.
class ClusterBalancers final : public domains::Balancers {
 public:
  ClusterBalancers(aws::Accounts& accounts, storage::Inventory& inventory)
      : accounts_(accounts), inventory_(inventory) {}
  Result<std::vector<domains::Balancer>> balancers(const std::stop_token& stop) override;

 private:
  aws::Accounts& accounts_;
  storage::Inventory& inventory_;
};

// The same for probes, from memory: names of balancers don't change, and there is no reason to ask
// AWS at each poll. Thread-safe.
class RememberedBalancers final : public monitoring::BalancerNames {
 public:
  RememberedBalancers(ClusterBalancers& balancers, const Clock& clock)
      : balancers_(balancers), clock_(clock) {}
  Result<std::string> balancer_of(const Cluster& cluster, const std::stop_token& stop) override;

 private:
  ClusterBalancers& balancers_;
  const Clock& clock_;
  std::mutex mutex_;                          // guards what follows
  std::map<std::string, std::string> names_;  // by cluster
  std::optional<Time> asked_at_;
};

}  // namespace livesonic::app
