// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/fleet_world.h"

#include <algorithm>
#include <set>

#include "livesonic/base/log.h"
#include "livesonic/scaling/price_list.h"

namespace livesonic::app {
namespace {

FleetWorld::Market market_of(aws::Accounts& accounts, const Clock& clock, const Cluster& cluster,
                             const ScalingPolicy& policy) {
  FleetWorld::Market market;
  std::set<std::string> types(policy.spot.types.begin(), policy.spot.types.end());
  types.insert(policy.launch.types.begin(), policy.launch.types.end());
  for (const std::string& type : types) {
    if (const auto price = scaling::on_demand_price(type)) market.on_demand[type] = *price;
  }
  const auto account = accounts.find(cluster.account, cluster.region);
  if (!account || policy.spot.types.empty()) return market;
  const Time now = clock.now();
  const auto prices = (*account)->ec2_spot().describe_price_history(
      {policy.spot.types, {"Linux/UNIX"}, {}, now, now}, {});
  if (!prices) {
    log::warning("{}: the spot prices: {}", cluster.name, prices.error().message);
    return market;
  }
  for (const aws::SpotPrice& price : *prices) {
    const bool ours = std::ranges::find(policy.launch.zones, price.availability_zone) !=
                      policy.launch.zones.end();
    const bool known = std::ranges::any_of(market.pools, [&](const scaling::Pool& pool) {
      return pool.type == price.instance_type && pool.zone == price.availability_zone;
    });
    if (!ours || known) continue;  // the newest comes first
    const auto on_demand = market.on_demand.find(price.instance_type);
    market.pools.push_back(
        {.type = price.instance_type,
         .zone = price.availability_zone,
         .price = price.price,
         .on_demand_price = on_demand == market.on_demand.end() ? 0 : on_demand->second,
         .interrupted = 0,
         .barred = false});
  }
  return market;
}

}  // namespace

FleetWorld fleet_world(aws::Accounts& accounts, actions::Cloud& cloud, const Clock& clock) {
  FleetWorld world;
  world.market = [&](const Cluster& cluster, const ScalingPolicy& policy) {
    return market_of(accounts, clock, cluster, policy);
  };
  world.launched = [&](const Cluster& cluster, const std::stop_token& stop) {
    return cloud.launched(cluster, stop);
  };
  world.spent = [](const std::string&, Time, Time) { return 0.0; };
  return world;
}

}  // namespace livesonic::app
