// SPDX-License-Identifier: Apache-2.0
// How a cluster is to be scaled: bounds, targets, timetable, prices and budget. Plain values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/cron.h"
#include "livesonic/base/time_zone.h"
#include "livesonic/model/hours.h"

namespace livesonic {

// What is made of what comes every day and every week: nothing, a line in the plan, or instances.
enum class PredictMode { kOff, kForecastOnly, kOn };

// Who launches and ends the instances: the Auto Scaling group, or we ourselves.
enum class ScaleThrough { kAsg, kFleet };

struct SpotRules {
  std::vector<std::string> types;   // instance types; none: no spot instances
  std::optional<double> max_price;  // USD an hour for one instance
  double max_price_percent = 90;    // of the on-demand price of the same type, 1..90
  int pools_at_least = 1;           // a pool is a type in a zone; 1..100
  double pool_share_at_most = 1;    // of all spot instances in one pool, 0.01..1
  Duration wait{
      std::chrono::minutes{5}};  // for a pool within the limits, until on-demand is bought
};

struct OnDemandRules {
  int base = 0;        // so many instances are on-demand, 0..10'000
  double percent = 0;  // and this share of those beyond, 0..100
};

struct ScalingBudget {
  std::optional<double> per_hour;   // USD
  std::optional<double> per_month;  // USD in a calendar month, UTC
};

struct ScaleIn {
  Duration stable{std::chrono::minutes{5}};  // the wish must have been lower for so long
  double at_most = 1;                        // share of the fleet in one minute, 0.01..1
  Duration drain{std::chrono::seconds{120}};
};

// What `through: fleet` launches.
struct LaunchSource {
  std::string launch_template;  // its id or name
  std::string version = "$Default";
  std::vector<std::string> zones;              // at least one
  std::map<std::string, std::string> subnets;  // by zone; a zone without one: its default subnet
  std::vector<std::string> types;              // of on-demand instances; none: those of spot
};

// While nothing else is to be done, members give way to cheaper ones that are launched first.
struct ReplaceRules {
  double at_most = 0.1;            // share of the fleet at a time, 0..1; 0: never
  double saving_at_least = 0.15;   // share of a member's price, 0.01..1
  std::vector<HoursWindow> hours;  // none: at any time
  TimeZone zone;
};

// What holds from a moment of the timetable on, until another moment says otherwise; what is not
// set stays as it was.
struct TimetableEntry {
  Cron at;
  std::optional<int> min;
  std::optional<int> max;
  std::optional<double> target_score;
  std::optional<double> spot_max_price;
  std::optional<double> spot_max_price_percent;
};

struct ScalingPolicy {
  int min = 1;    // 0..10'000
  int max = 100;  // min..10'000
  // What a member serves well: requests a minute, as the cluster's balancer counts them. Unset: the
  // scores alone tell the load.
  std::optional<double> requests_per_instance;
  // Where requests tell the load, do the scores, too? The larger wish wins.
  bool by_score = true;
  // The score below which a member counts as saturated, 1..99.
  double target_score = 50;
  double slow_at_most = 0.01;  // share of the requests that may meet saturated members, 0.0001..0.5
  Duration warmup{std::chrono::minutes{3}};  // from launch until it serves, 0s..1h
  std::vector<TimetableEntry> timetable;
  PredictMode predict = PredictMode::kOn;
  OnDemandRules on_demand;
  SpotRules spot;
  ScalingBudget budget;
  ScaleIn scale_in;
  ScaleThrough through = ScaleThrough::kAsg;
  LaunchSource launch;  // of kFleet
  ReplaceRules replace;
  bool dry_run = true;
};

// A market of spot instances: a type in a zone.
struct PoolState {
  std::string type;
  std::string zone;
  double price = 0;            // USD an hour
  double on_demand_price = 0;  // of the same type; 0: unknown
  double interrupted = 0;      // share of its instances that is reclaimed in an hour
  bool barred = false;         // left alone: it refused us lately, or is reclaiming
  int owned = 0;
};

// What the cluster's balancer counted, as CloudWatch has it.
struct RequestsSeen {
  std::string source;       // "AWS/ApplicationELB RequestCount of targetgroup/web/…"
  std::optional<Time> at;   // when the last whole minute began of which there is a count
  double per_minute = 0;    // in it
  double per_instance = 0;  // of those, what each member that serves had of them
  double target = 0;        // what one is to have
  std::string missing;      // why nothing is decided by them; empty: they are known
};

// What a policy wants of a cluster now, and why.
struct ScalingPlan {
  std::string cluster;
  Time at{};
  int present = 0;  // instances, those that boot among them
  int wanted = 0;   // what is to be
  int min = 0;      // the bounds that hold when an instance launched now would serve
  int max = 0;
  double load = 0;              // in instances at the target
  double expected = 0;          // likewise, when an instance launched now would serve
  std::optional<int> forecast;  // what the days and weeks before alone would want; told, not done
  std::optional<RequestsSeen> requests;  // where the policy has a target for them
  bool frozen = false;                   // too little is known to end instances
  bool dry_run = true;
  std::string reason;  // a sentence
  ScaleThrough through = ScaleThrough::kAsg;
  std::vector<std::string> steps;      // of a fleet: what is to be bought or ended, a sentence each
  std::vector<PoolState> pools;        // of a fleet
  std::vector<std::string> conflicts;  // what else changes the fleet's size, a sentence each
  double price_now = 0;                // USD an hour for what there is
  double this_month = 0;               // USD that it has cost since the month began
  std::optional<double> per_month;     // the budget
  std::optional<double> allowance;     // USD an hour that the budget allows now
  bool over_budget = false;            // more is wanted than the budget allows
  std::string asked;  // what came of it: the id of an action, or why there is none; may be empty
};

}  // namespace livesonic
