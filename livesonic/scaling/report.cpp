// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/report.h"

#include <algorithm>
#include <chrono>
#include <numeric>

#include "livesonic/base/time_text.h"

namespace livesonic::scaling {
namespace {

double seconds(Duration duration) {
  return static_cast<double>(duration.count()) / 1000;
}

Json to_json(const Outcome& outcome, double clairvoyant_minutes) {
  const FleetRecord& fleet = outcome.fleet;
  const double days = std::max(outcome.days, 1.0 / 1440);
  return {
      {"name", outcome.name},
      {"settings", outcome.settings},
      {"cost", fleet.bill.sum()},
      {"cost_on_demand", fleet.bill.on_demand},
      {"cost_spot", fleet.bill.spot},
      {"cost_booting", fleet.bill.booting},
      {"cost_draining", fleet.bill.draining},
      {"instance_hours", fleet.instance_minutes / 60},
      {"cost_over_clairvoyant",
       clairvoyant_minutes > 0 ? fleet.instance_minutes / clairvoyant_minutes : 0},
      {"slow_share", outcome.slow_share},
      {"dropped_share", outcome.dropped_share},
      {"harmed_share", outcome.harmed_share},
      {"mean_instances", outcome.mean_instances},
      {"peak_instances", outcome.peak_instances},
      {"launches", fleet.launches},
      {"ends", fleet.ends},
      {"interruptions", fleet.interruptions},
      {"actions_a_day", fleet.changes / days},
      {"theta_u", outcome.elasticity.theta_u},
      {"theta_o", outcome.elasticity.theta_o},
      {"tau_u", outcome.elasticity.tau_u},
      {"tau_o", outcome.elasticity.tau_o},
      {"instability", outcome.elasticity.instability},
  };
}

}  // namespace

Json to_json(const BacktestSetup& setup, const Report& report) {
  const std::vector<double>& load = setup.trace.load;
  const auto judged = static_cast<std::ptrdiff_t>(std::min(setup.judge_from, load.size()));
  Json outcomes = Json::array();
  for (const Outcome& outcome : report.outcomes) {
    outcomes.push_back(to_json(outcome, report.clairvoyant_minutes));
  }
  return {
      {"trace",
       {{"begin", to_iso8601(setup.trace.begin)},
        {"minutes", load.size()},
        {"step_s", seconds(setup.trace.step)},
        {"filled_steps", setup.trace.filled},
        {"judged_minutes", load.size() - static_cast<std::size_t>(judged)},
        {"requests", std::accumulate(load.begin() + judged, load.end(), 0.0)},
        {"peak_per_minute", *std::max_element(load.begin(), load.end())}}},
      {"fleet",
       {{"requests_per_instance", setup.capacity},
        {"boot_s", seconds(setup.policy.warmup)},
        {"drain_s", seconds(setup.policy.scale_in.drain)},
        {"min", setup.policy.min},
        {"max", setup.policy.max},
        {"slow_at_most", setup.policy.slow_at_most},
        {"on_demand_price", setup.on_demand_price},
        {"spot_pools", setup.market.pools.size()}}},
      {"clairvoyant",
       {{"instance_hours", report.clairvoyant_minutes / 60},
        {"cost", report.clairvoyant_minutes / 60 * setup.on_demand_price}}},
      {"results", outcomes},
      {"never_within_objective", report.never},
      {"replay_ms", report.replay_ms},
  };
}

Report run_report(const BacktestSetup& setup, const std::vector<std::string>& compare) {
  Report report;
  report.clairvoyant_minutes = clairvoyant_minutes(setup);
  const auto begin = std::chrono::steady_clock::now();
  report.outcomes.push_back(run_backtest(setup));
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  report.replay_ms = took.count();
  for (const std::string& name : compare) {
    std::optional<Outcome> outcome;
    if (name == "asg") outcome = run_asg(setup);
    if (name == "hpa") outcome = run_hpa(setup);
    if (name == "static") outcome = run_static(setup);
    if (outcome) {
      report.outcomes.push_back(std::move(*outcome));
    } else {
      report.never.push_back(name);
    }
  }
  return report;
}

}  // namespace livesonic::scaling
