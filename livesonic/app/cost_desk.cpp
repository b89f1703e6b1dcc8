// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/cost_desk.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <set>
#include <utility>

#include "livesonic/base/log.h"
#include "livesonic/base/time_text.h"
#include "livesonic/scaling/ledger.h"
#include "livesonic/scaling/price_list.h"

namespace livesonic::app {
namespace {

using namespace std::chrono_literals;

// More takes an API's caller longer than it will wait.
constexpr Duration kLongestReport = 24h * 92;

std::vector<std::string> spot_types(const std::vector<Instance>& instances) {
  std::set<std::string> types;
  for (const Instance& instance : instances) {
    if (instance.lifecycle == Lifecycle::kSpot && scaling::is_paid(instance)) {
      types.insert(instance.type);
    }
  }
  return {types.begin(), types.end()};
}

// The prices of a cluster's instances, each asked for once.
class InstancePrices {
 public:
  InstancePrices(MarketPrices* market, const Cluster& cluster,
                 const std::vector<Instance>& instances, std::stop_token stop)
      : market_(market), cluster_(cluster), stop_(std::move(stop)) {
    const std::vector<std::string> types = spot_types(instances);
    if (market_ == nullptr || types.empty()) return;
    for (const auto& one : market_->spot(cluster.account, cluster.region, types, stop_)) {
      spot_[{one.instance_type, one.availability_zone}] = one.price;
    }
  }

  std::optional<double> of(const Instance& instance) {
    if (instance.lifecycle == Lifecycle::kSpot) {
      const auto found = spot_.find({instance.type, instance.availability_zone});
      return found == spot_.end() ? std::nullopt : std::optional(found->second);
    }
    const auto [found, is_new] = on_demand_.try_emplace(instance.type);
    if (is_new) {
      found->second = market_ == nullptr ? scaling::on_demand_price(instance.type)
                                         : market_->on_demand(cluster_.account, cluster_.region,
                                                              instance.type, stop_);
    }
    return found->second;
  }

 private:
  MarketPrices* const market_;
  const Cluster& cluster_;
  const std::stop_token stop_;
  std::map<std::pair<std::string, std::string>, double> spot_;  // by type and zone
  std::map<std::string, std::optional<double>> on_demand_;
};

// The mean of the zones, by type.
std::map<std::string, double> mean_prices(const std::vector<aws::SpotPrice>& prices) {
  std::map<std::string, std::pair<double, int>> sums;
  for (const aws::SpotPrice& one : prices) {
    auto& [sum, count] = sums[one.instance_type];
    sum += one.price;
    ++count;
  }
  std::map<std::string, double> means;
  for (const auto& [type, sum] : sums) means[type] = sum.first / sum.second;
  return means;
}

}  // namespace

CostDesk::CostDesk(Core& core, std::map<std::string, ScalingPolicy> policies,
                   std::function<MarketPrices*()> market)
    : core_(core), policies_(std::move(policies)), market_(std::move(market)) {}

Result<void> CostDesk::bill(const Cluster& cluster, const std::stop_token& stop) {
  if (!cluster.discovery.last_success) return {};
  const Time until = std::min(*cluster.discovery.last_success, core_.clock.now());
  const auto from = core_.store->billed_until(cluster.name);
  if (!from) return fail(from.error());
  if (!*from) return core_.store->bill(cluster.name, *from, until, {});
  if (until <= **from) return {};
  const auto instances = core_.store->instances(cluster.name, storage::Which::kWatched);
  if (!instances) return fail(instances.error());
  const bool any = std::any_of(instances->begin(), instances->end(), scaling::is_paid);
  InstancePrices prices(any ? market_() : nullptr, cluster, *instances, stop);
  const auto lines = scaling::bill_for(
      *instances, [&](const Instance& instance) { return prices.of(instance); }, **from, until);
  // Without an answer a price would be a guess; the next bill has this time too.
  if (stop.stop_requested()) return {};
  return core_.store->bill(cluster.name, *from, until, lines);
}

void CostDesk::tick(const std::stop_token& stop) {
  const auto clusters = core_.store->clusters();
  if (!clusters) {
    log::error("nothing can be billed: {}", clusters.error().message);
    return;
  }
  for (const Cluster& cluster : *clusters) {
    if (stop.stop_requested()) return;
    if (is_registration(cluster)) continue;
    const auto billed = bill(cluster, stop);
    // One that was removed in the meantime is no news.
    const bool failed = !billed && billed.error().kind != ErrorKind::kNotFound;
    const std::string failure = failed ? billed.error().message : "";
    std::string& told = told_[cluster.name];
    if (!failure.empty() && failure != told) {
      log::error("{} can't be billed: {}", cluster.name, failure);
    }
    told = failure;
  }
}

Result<scaling::CostFacts> CostDesk::facts_of(std::vector<CostLine> lines, Time from, Time to) {
  scaling::CostFacts facts;
  facts.cluster = lines.front().cluster;
  facts.lines = std::move(lines);
  const auto cluster = core_.store->cluster(facts.cluster);
  if (!cluster) {
    // It was removed: what it cost is told, and nothing can be saved there any more.
    if (cluster.error().kind == ErrorKind::kNotFound) return facts;
    return fail(cluster.error());
  }
  auto points = core_.store->cluster_history(facts.cluster, {from, to});
  if (!points) return fail(points.error());
  facts.points = std::move(*points);
  if (const auto policy = policies_.find(facts.cluster); policy != policies_.end()) {
    facts.policy = policy->second;
  }
  std::set<std::string> types;
  for (const CostLine& line : facts.lines) {
    if (line.lifecycle == Lifecycle::kOnDemand) types.insert(line.type);
  }
  if (types.empty()) return facts;
  // The list's prices are another region's: they can be compared with each other alone.
  facts.on_demand = [](const std::string& type) { return scaling::on_demand_price(type); };
  MarketPrices* const market = market_();
  if (market == nullptr) return facts;
  const scaling::PriceOfType quoted = [market, account = cluster->account,
                                       region = cluster->region](const std::string& type) {
    return market->quoted(account, region, type);
  };
  if (std::any_of(types.begin(), types.end(),
                  [&](const std::string& type) { return quoted(type).has_value(); })) {
    facts.on_demand = quoted;
  }
  facts.spot =
      [means = mean_prices(market->spot(cluster->account, cluster->region,
                                        {types.begin(), types.end()}))](const std::string& type) {
        const auto found = means.find(type);
        return found == means.end() ? std::nullopt : std::optional(found->second);
      };
  return facts;
}

Result<std::vector<scaling::CostReport>> CostDesk::reports_of(std::vector<CostLine> lines,
                                                              Time from, Time to) {
  std::vector<scaling::CostReport> reports;
  for (auto begin = lines.begin(); begin != lines.end();) {
    const auto end = std::find_if(
        begin, lines.end(), [&](const CostLine& one) { return one.cluster != begin->cluster; });
    const auto facts =
        facts_of({std::make_move_iterator(begin), std::make_move_iterator(end)}, from, to);
    if (!facts) return fail(facts.error());
    reports.push_back(scaling::cost_report(*facts));
    begin = end;
  }
  return reports;
}

Result<std::vector<scaling::CostReport>> CostDesk::reports(Time from, Time to) {
  from = std::chrono::floor<std::chrono::hours>(from);
  auto lines = core_.store->costs({{}, from, to});
  if (!lines) return fail(lines.error());
  return reports_of(std::move(*lines), from, to);
}

Result<std::optional<double>> CostDesk::sum(Time from, Time to) {
  const auto lines = core_.store->costs({{}, std::chrono::floor<std::chrono::hours>(from), to});
  if (!lines) return fail(lines.error());
  if (lines->empty()) return std::nullopt;
  double usd = 0;
  for (const CostLine& line : *lines) usd += line.usd;
  return usd;
}

Result<nlohmann::ordered_json> CostDesk::report(const std::optional<std::string>& cluster,
                                                Time from, Time to) {
  from = std::chrono::floor<std::chrono::hours>(from);
  if (to - from > kLongestReport) {
    return fail(ErrorKind::kInvalidInput, "at most 92 days are reported");
  }
  storage::CostQuery query{{}, from, to};
  if (cluster) query.clusters = {*cluster};
  auto lines = core_.store->costs(query);
  if (!lines) return fail(lines.error());
  nlohmann::ordered_json clusters = nlohmann::ordered_json::array();
  if (cluster && lines->empty()) {
    if (const auto known = core_.store->cluster(*cluster); !known) return fail(known.error());
    scaling::CostReport nothing;
    nothing.cluster = *cluster;
    clusters.push_back(to_json(nothing));
  }
  const auto reports = reports_of(std::move(*lines), from, to);
  if (!reports) return fail(reports.error());
  for (const scaling::CostReport& one : *reports) clusters.push_back(to_json(one));
  return nlohmann::ordered_json{
      {"from", to_iso8601(from)}, {"to", to_iso8601(to)}, {"clusters", std::move(clusters)}};
}

}  // namespace livesonic::app
