// SPDX-License-Identifier: Apache-2.0
// What the clusters cost: billed once a minute into the store, and reported with what would have
// cost less.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/app/core.h"
#include "livesonic/app/market_prices.h"
#include "livesonic/model/scaling.h"
#include "livesonic/scaling/cost_report.h"

namespace livesonic::app {

// report() is thread-safe; tick() is for one thread at a time.
class CostDesk {
 public:
  // `core` must outlive it. `market` gives the prices, null where AWS can't be had; it is asked
  // only when they are needed.
  CostDesk(Core& core, std::map<std::string, ScalingPolicy> policies,
           std::function<MarketPrices*()> market);

  // Bills every registered cluster up to the last time that AWS said who its instances are. So what
  // happens while AWS can't be asked, or while nobody runs this, is billed by what is known after
  // it, once.
  void tick(const std::stop_token& stop);

  // The same as values, of all clusters that cost something.
  Result<std::vector<scaling::CostReport>> reports(Time from, Time to);
  // What all of them cost together; none where nothing is known of the time.
  Result<std::optional<double>> sum(Time from, Time to);

  // Whole hours, from the one that `from` lies in; at most 92 days. One cluster, or all that cost
  // something. kNotFound for a cluster that neither is registered nor cost anything.
  Result<nlohmann::ordered_json> report(const std::optional<std::string>& cluster, Time from,
                                        Time to);

 private:
  Result<void> bill(const Cluster& cluster, const std::stop_token& stop);
  [[nodiscard]] Result<std::vector<scaling::CostReport>> reports_of(std::vector<CostLine> lines,
                                                                    Time from, Time to);
  [[nodiscard]] Result<scaling::CostFacts> facts_of(std::vector<CostLine> lines, Time from,
                                                    Time to);

  Core& core_;
  const std::map<std::string, ScalingPolicy> policies_;
  const std::function<MarketPrices*()> market_;
  std::map<std::string, std::string> told_;  // why each cluster couldn't be billed; tick()'s alone
};

}  // namespace livesonic::app
