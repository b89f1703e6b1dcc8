// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/fleet_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "livesonic/base/log.h"

namespace livesonic::app {
namespace {

FleetWorld::Market market_of(MarketPrices& prices, const Cluster& cluster,
                             const ScalingPolicy& policy, const std::stop_token& stop) {
  FleetWorld::Market market;
  std::set<std::string> types(policy.spot.types.begin(), policy.spot.types.end());
  types.insert(policy.launch.types.begin(), policy.launch.types.end());
  for (const std::string& type : types) {
    if (const auto price = prices.on_demand(cluster.account, cluster.region, type, stop)) {
      market.on_demand[type] = *price;
    }
  }
  if (policy.spot.types.empty()) return market;
  for (const aws::SpotPrice& price :
       prices.spot(cluster.account, cluster.region, policy.spot.types, stop)) {
    const auto& zones = policy.launch.zones;
    if (std::ranges::find(zones, price.availability_zone) == zones.end()) continue;
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

// EC2 marks the requests of spot instances that it is about to take back; whoever has no queue of
// its events learns of it so.
void look_for_marks(const FleetWorldParts& parts, const Cluster& cluster,
                    const std::stop_token& stop) {
  constexpr std::array<std::pair<const char*, const char*>, 2> kMarks{
      {{"marked-for-termination", "terminate"}, {"marked-for-stop", "stop"}}};
  const auto account = parts.accounts.find(cluster.account, cluster.region);
  if (!account) return;
  std::vector<std::string> codes;
  for (const auto& [code, action] : kMarks) codes.emplace_back(code);
  const auto requests = (*account)->ec2_spot().find_requests({{"status-code", codes}}, stop);
  if (!requests) {
    log::debug("{}: the spot requests: {}", cluster.name, requests.error().message);
    return;
  }
  for (const auto& [code, action] : kMarks) {
    discovery::CloudEvent event;
    event.kind = discovery::CloudEventKind::kSpotInterruption;
    event.region = (*account)->region();
    event.detail = action;
    for (const aws::SpotRequest& request : *requests) {
      if (request.status_code != code || request.instance_id.empty()) continue;
      event.at = request.status_updated_at;
      event.instances = {request.instance_id};
      parts.marked(cluster, event);
    }
  }
}

Result<std::vector<std::string>> conflicts_of(const FleetWorldParts& parts, const Cluster& cluster,
                                              const std::vector<std::string>& members,
                                              const std::stop_token& stop) {
  const auto group = parts.cloud.group(cluster, "", members, stop);
  if (!group) return fail(group.error());
  const auto account = parts.accounts.find(cluster.account, cluster.region);
  if (!account) return fail(account.error());
  const auto policies = (*account)->autoscaling().describe_policies(group->name, stop);
  if (!policies) return fail(policies.error());
  std::vector<std::string> conflicts;
  if (!group->suspended.contains("AlarmNotification")) {
    for (const aws::GroupPolicy& policy : *policies) {
      if (!policy.enabled) continue;
      conflicts.push_back(
          fmt::format("the group {} has the policy '{}' ({}), which changes its size, too: disable "
                      "or delete it",
                      group->name, policy.name, policy.type));
    }
  }
  if (!group->suspended.contains("AZRebalance")) {
    conflicts.push_back(
        fmt::format("the group {} balances its zones, and ends instances for that: suspend "
                    "AZRebalance if those "
                    "that it ends are missed",
                    group->name));
  }
  return conflicts;
}

}  // namespace

FleetWorld fleet_world(const FleetWorldParts& parts) {
  FleetWorld world;
  world.market = [parts](const Cluster& cluster, const ScalingPolicy& policy,
                         const std::stop_token& stop) {
    return market_of(parts.prices, cluster, policy, stop);
  };
  world.launched = [parts](const Cluster& cluster, const std::stop_token& stop) {
    return parts.cloud.launched(cluster, stop);
  };
  world.spent = [parts](const std::string& cluster, Time from, Time to) {
    const auto usd = parts.costs.spent(cluster, from, to);
    if (!usd) log::error("what {} has cost: {}", cluster, usd.error().message);
    return usd.value_or(0);
  };
  world.requests = [parts](const Cluster& cluster, Time from, Time to,
                           const std::stop_token& stop) {
    return parts.requests.counted(cluster, from, to, stop);
  };
  world.conflicts = [parts](const Cluster& cluster, const std::vector<std::string>& members,
                            const std::stop_token& stop) {
    return conflicts_of(parts, cluster, members, stop);
  };
  world.look_for_marks = [parts](const Cluster& cluster, const std::stop_token& stop) {
    look_for_marks(parts, cluster, stop);
  };
  return world;
}

}  // namespace livesonic::app
