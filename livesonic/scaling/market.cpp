// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/market.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <string_view>

namespace livesonic::scaling {
namespace {

// Above this share of the on-demand price, the saving isn't worth the risk.
constexpr double kNotSpot = 0.9;

// What a pool is taken to have done before anything is known of it.
constexpr double kPriorEvents = 0.5;
constexpr double kPriorHours = 84;

}  // namespace

const Pool* find_pool(const std::vector<Pool>& pools, const Purchase& kind) {
  const auto found = std::ranges::find_if(
      pools, [&](const Pool& pool) { return pool.type == kind.type && pool.zone == kind.zone; });
  return found == pools.end() ? nullptr : &*found;
}

double interrupted_rate(double events, double instance_hours) {
  return (events + kPriorEvents) / (instance_hours + kPriorHours);
}

bool within_limits(const Pool& pool, const Bounds& bounds) {
  if (bounds.spot_max_price && pool.price > *bounds.spot_max_price) return false;
  const double share = std::min(bounds.spot_max_price_percent / 100, kNotSpot);
  return pool.on_demand_price <= 0 || pool.price < pool.on_demand_price * share;
}

double true_price(const Pool& pool, Duration warmup) {
  const double boot_hours = static_cast<double>(warmup.count()) / 3'600'000;
  // Another one boots in its place, and as much again for what its users feel.
  return pool.price +
         pool.interrupted * 2 * boot_hours * std::max(pool.on_demand_price, pool.price);
}

int on_demand_quota(const OnDemandRules& rules, int total) {
  const int beyond = std::max(0, total - rules.base);
  const auto share = static_cast<int>(std::ceil(beyond * rules.percent / 100 - 1e-9));
  return std::min(total, rules.base + share);
}

int count(const Holding& holding) {
  return std::accumulate(holding.spot.begin(), holding.spot.end(), holding.on_demand);
}

Holding to_buy(const ScalingPolicy& policy, const Bounds& bounds, const std::vector<Pool>& pools,
               const Holding& owned, int total) {
  Holding buy{.on_demand = 0, .spot = std::vector<int>(pools.size())};
  int more = total - count(owned);
  if (more <= 0) return buy;
  const int quota = on_demand_quota(policy.on_demand, total);
  buy.on_demand = std::clamp(quota - owned.on_demand, 0, more);
  more -= buy.on_demand;
  // The share is of the spot instances that there will be, and always lets one in.
  const double share =
      std::min(policy.spot.pool_share_at_most, 1.0 / std::max(1, policy.spot.pools_at_least));
  const auto per_pool = std::max(1, static_cast<int>(std::ceil((total - quota) * share - 1e-9)));
  std::map<std::string_view, int> in_zone;
  for (std::size_t i = 0; i < pools.size(); ++i) in_zone[pools[i].zone] += owned.spot[i];
  for (; more > 0; --more) {
    std::optional<std::size_t> best;
    double least = 0;
    for (std::size_t i = 0; i < pools.size(); ++i) {
      if (pools[i].barred || !within_limits(pools[i], bounds)) continue;
      if (owned.spot[i] + buy.spot[i] >= per_pool) continue;
      // Of nearly the same price the emptier pool, and the emptier zone, is taken: they rarely fail
      // together.
      const double filled = static_cast<double>(owned.spot[i] + buy.spot[i]) / per_pool;
      const double zone = static_cast<double>(in_zone[pools[i].zone]) / std::max(1, total - quota);
      const double price = true_price(pools[i], policy.warmup) * (1 + 0.1 * filled + 0.2 * zone);
      if (!best || price < least) {
        best = i;
        least = price;
      }
    }
    if (!best) break;
    ++buy.spot[*best];
    ++in_zone[pools[*best].zone];
  }
  return buy;
}

Holding to_end(const ScalingPolicy& policy, const std::vector<Pool>& pools, const Holding& owned,
               int total) {
  Holding end{.on_demand = 0, .spot = std::vector<int>(pools.size())};
  int fewer = count(owned) - total;
  const int quota = on_demand_quota(policy.on_demand, total);
  end.on_demand = std::clamp(owned.on_demand - quota, 0, std::max(fewer, 0));
  for (fewer -= end.on_demand; fewer > 0; --fewer) {
    std::optional<std::size_t> worst;
    const auto worse = [&](std::size_t a, std::size_t b) {
      if (pools[a].barred != pools[b].barred) return pools[a].barred;
      return true_price(pools[a], policy.warmup) > true_price(pools[b], policy.warmup);
    };
    for (std::size_t i = 0; i < pools.size(); ++i) {
      if (owned.spot[i] - end.spot[i] > 0 && (!worst || worse(i, *worst))) worst = i;
    }
    if (!worst) break;
    ++end.spot[*worst];
  }
  end.on_demand += std::min(std::max(fewer, 0), owned.on_demand - end.on_demand);
  return end;
}

}  // namespace livesonic::scaling
