// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "livesonic/web/parameters.h"
#include "livesonic/web/routes.h"

namespace livesonic::web {
namespace {

constexpr int kBacktestsAtATime = 2;  // each takes a processor for some seconds
constexpr Duration kCosts = std::chrono::hours{24 * 7};

Answer scaling(const Dependencies& dependencies) {
  return json_response({{"plans", to_json_list(dependencies.scaling_plans())}});
}

Answer backtest(const Dependencies& dependencies, const Call& call) {
  const auto range = read_range(call.request, dependencies.clock.now());
  if (!range) return fail(range.error());
  const auto cluster = dependencies.inventory.cluster(call["name"]);
  if (!cluster) return fail(cluster.error());
  const auto report = dependencies.scaling_backtest(cluster->name, range->from, range->to);
  if (!report) return fail(report.error());
  return json_response(*report);
}

Answer costs(const Dependencies& dependencies, const Call& call) {
  const auto range = read_range(call.request, dependencies.clock.now(), kCosts);
  if (!range) return fail(range.error());
  const auto report = dependencies.costs(call.request.parameter("cluster"), range->from, range->to);
  if (!report) return fail(report.error());
  return json_response(*report);
}

}  // namespace

void add_scaling_routes(Router& router, const Dependencies& d) {
  router.add("GET", "/api/v1/scaling", [&d](const Call&) { return scaling(d); });
  const auto slots = std::make_shared<Slots>(kBacktestsAtATime);
  router.add("GET", "/api/v1/clusters/{name}/scaling/backtest",
             while_slots_last(slots, [&d](const Call& call) { return backtest(d, call); }));
  // It replays the clusters' histories too.
  router.add("GET", "/api/v1/costs",
             while_slots_last(slots, [&d](const Call& call) { return costs(d, call); }));
}

}  // namespace livesonic::web
