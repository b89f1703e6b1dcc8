// SPDX-License-Identifier: Apache-2.0
// A recorded load replayed against a policy: what would it have cost, and who would have waited?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "livesonic/model/scaling.h"
#include "livesonic/scaling/controllers.h"
#include "livesonic/scaling/simulated_fleet.h"
#include "livesonic/scaling/trace.h"

namespace livesonic::scaling {

struct BacktestSetup {
  Trace trace;
  ScalingPolicy policy;
  double capacity = 1;           // requests a minute that an instance serves well
  double on_demand_price = 0.1;  // USD an hour
  Market market;                 // empty: all is on-demand
  std::size_t judge_from = 0;    // the minutes before it are only learned from
};

// The elasticity metrics of SPEC's research group (Herbst et al., "Ready for Rain? A View from SPEC
// Research on the Future of Cloud Metrics", 2016): how far the supply was from the demand, for what
// share of the time, and how often they moved against each other.
struct Elasticity {
  double theta_u = 0;      // % of the demand that was missing, in the mean
  double theta_o = 0;      // % beyond the demand
  double tau_u = 0;        // % of the time with too few
  double tau_o = 0;        // % of the time with too many
  double instability = 0;  // % of the minutes in which demand and supply moved in opposite ways
};

struct Outcome {
  std::string name;      // "livesonic", "asg", "hpa", "static"
  std::string settings;  // "target 62 %"
  FleetRecord fleet;
  double slow_share = 0;     // of the requests: met saturated members
  double dropped_share = 0;  // of the requests: waited longer than ten seconds
  double harmed_share = 0;   // of the requests: reclaimed instances would have served them in time
  double mean_instances = 0;
  int peak_instances = 0;
  double days = 0;
  Elasticity elasticity;
};

// The queue is a fluid one: what isn't served in a minute waits for the next one, but no longer
// than ten seconds. All requests of a minute in which some wait are slow. Pure.
Outcome run_backtest(const BacktestSetup& setup);

// The same load with another controller, all on-demand.
Outcome run_controller(const BacktestSetup& setup, Controller& controller, std::string name);

// The paid instance minutes of a fleet that knows the future: each request is served well, and the
// sum of serving, booting and draining is the least above the policy's floors. Exact: the n-th
// instance bridges a time without need for it where that is shorter than booting and draining.
double clairvoyant_minutes(const BacktestSetup& setup);

// The named kinds of autoscaling, each with the target that costs least among those that keep the
// policy's share of slow requests; tuned on the minutes before judge_from, on all where there are
// none. None where no target keeps it.
std::optional<Outcome> run_asg(const BacktestSetup& setup);
std::optional<Outcome> run_hpa(const BacktestSetup& setup);
// A fleet of the size that the peak needs.
Outcome run_static(const BacktestSetup& setup);

}  // namespace livesonic::scaling
