// SPDX-License-Identifier: Apache-2.0
// The world outside, as fleets that livesonic launches itself need it.
#pragma once

#include <functional>

#include "livesonic/actions/cloud.h"
#include "livesonic/app/balancer_requests.h"
#include "livesonic/app/fleet_scaler.h"
#include "livesonic/app/market_prices.h"
#include "livesonic/aws/aws.h"
#include "livesonic/discovery/cloud_events.h"
#include "livesonic/storage/costs.h"

namespace livesonic::app {

struct FleetWorldParts {
  aws::Accounts& accounts;
  MarketPrices& prices;
  BalancerRequests& requests;
  actions::Cloud& cloud;
  storage::Costs& costs;
  // Told of spot instances that are marked to be taken back: each time that they are seen to be.
  std::function<void(const Cluster&, const discovery::CloudEvent&)> marked;
};

// All that the parts refer to must outlive it.
FleetWorld fleet_world(const FleetWorldParts& parts);

}  // namespace livesonic::app
