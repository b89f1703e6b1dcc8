// SPDX-License-Identifier: Apache-2.0
// The DNS names of the balancers that the registered clusters stand behind, as domains need them.
#pragma once

#include <stop_token>
#include <vector>

#include "livesonic/aws/aws.h"
#include "livesonic/domains/aliases.h"
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

}  // namespace livesonic::app
