// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/savings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "livesonic/scaling/backtest.h"
#include "livesonic/scaling/history.h"
#include "livesonic/scaling/type_catalogue.h"

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;

// So much of the time a fixed fleet is to bear.
constexpr double kBorne = 0.99;
// One may fail.
constexpr int kFewest = 2;

double hours_of(Duration duration) {
  return static_cast<double>(duration.count()) / 3'600'000;
}

std::optional<Saving> worth(const char* what, double usd, std::string how) {
  if (!(usd >= kLeastSaving)) return std::nullopt;
  return Saving{what, usd, std::move(how)};
}

// On-demand, and with a price.
bool is_bought(const TypeCost& type) {
  return type.lifecycle == Lifecycle::kOnDemand && type.ran > type.unpriced && type.usd > 0;
}

using Alternative = std::vector<std::string> Alternatives::*;

struct OtherType {
  std::string name;
  double price;
};

// The first that is cheaper where the cluster is: not every region has every type.
std::optional<OtherType> cheaper(const CostFacts& facts, const std::vector<std::string>& others,
                                 double than) {
  for (const std::string& other : others) {
    const auto price = facts.on_demand(other);
    if (price && *price < than) return OtherType{other, *price};
  }
  return std::nullopt;
}

std::optional<Saving> by_other_types(const CostFacts& facts, const std::vector<TypeCost>& types,
                                     const char* what, const char* condition,
                                     Alternative alternative) {
  double usd = 0;
  std::string changes;
  for (const TypeCost& type : types) {
    if (!is_bought(type)) continue;
    const auto now = facts.on_demand(type.type);
    if (!now) continue;
    const auto other = cheaper(facts, cheaper_types(type.type).*alternative, *now);
    if (!other) continue;
    usd += type.usd * (1 - other->price / *now);
    changes += fmt::format("{}{:.1f} on-demand hours of {} on {}, at {:.4f} instead of {:.4f} USD",
                           changes.empty() ? "" : "; ", hours_of(type.ran - type.unpriced),
                           type.type, other->name, other->price, *now);
  }
  return worth(
      what, usd,
      fmt::format("{}: as many virtual processors and no less memory{}", changes, condition));
}

// The load and the members of a cluster minute by minute, for as long as there are both bills and
// points, and what was paid in that time.
struct Past {
  Trace load;     // in members at the target score
  Trace members;  // those that ran
  double member_minutes = 0;
  double usd = 0;
  double target_score = 50;
};

std::optional<Past> past_of(const CostFacts& facts) {
  if (facts.lines.empty()) return std::nullopt;
  const auto [first, last] =
      std::minmax_element(facts.lines.begin(), facts.lines.end(),
                          [](const CostLine& a, const CostLine& b) { return a.hour < b.hour; });
  std::vector<ClusterPoint> points = facts.points;
  std::erase_if(points, [begin = first->hour, end = last->hour + 1h](const ClusterPoint& point) {
    return point.at < begin || point.at >= end;
  });
  if (points.empty() || points.back().at - points.front().at < kLeastHistory) return std::nullopt;
  Past past;
  if (facts.policy) past.target_score = facts.policy->target_score;
  past.load = trace_of(points, past.target_score);
  // Of members that are all in use, at a target that leaves nothing free, the load is their number.
  for (ClusterPoint& point : points) point.mean = 0;
  past.members = trace_of(points, 0);
  past.member_minutes = std::accumulate(past.members.load.begin(), past.members.load.end(), 0.0);
  for (const CostLine& line : facts.lines) {
    if (line.hour + 1h > past.load.begin && line.hour <= points.back().at) past.usd += line.usd;
  }
  if (past.member_minutes <= 0 || past.usd <= 0) return std::nullopt;
  return past;
}

int peak_of(const Trace& trace) {
  return static_cast<int>(std::ceil(*std::max_element(trace.load.begin(), trace.load.end())));
}

ScalingPolicy default_policy(const Past& past) {
  ScalingPolicy policy;
  const double fewest = *std::min_element(past.members.load.begin(), past.members.load.end());
  policy.min = fewest >= kFewest ? kFewest : 1;
  policy.max = std::max({policy.max, peak_of(past.members), 2 * peak_of(past.load)});
  policy.max = std::min(policy.max, 10'000);
  return policy;
}

}  // namespace

std::optional<Saving> by_spot(const CostFacts& facts, const std::vector<TypeCost>& types) {
  double hours = 0;
  double paid = 0;
  double would = 0;
  std::string names;
  for (const TypeCost& type : types) {
    if (!is_bought(type)) continue;
    const auto price = facts.spot(type.type);
    const double ran = hours_of(type.ran - type.unpriced);
    if (!price || ran * *price >= type.usd) continue;
    hours += ran;
    paid += type.usd;
    would += ran * *price;
    names += (names.empty() ? "" : ", ") + type.type;
  }
  return worth("spot", paid - would,
               fmt::format("{:.1f} on-demand hours of {} were {:.2f} USD and would be {:.2f} at "
                           "today's spot prices, if there is such capacity throughout and two "
                           "minutes' notice are enough",
                           hours, names, paid, would));
}

std::optional<Saving> by_type(const CostFacts& facts, const std::vector<TypeCost>& types) {
  return by_other_types(facts, types, "type", ", if they are as fast", &Alternatives::same_image);
}

std::optional<Saving> by_arm(const CostFacts& facts, const std::vector<TypeCost>& types) {
  return by_other_types(facts, types, "arm64", "; Graviton needs an arm64 image",
                        &Alternatives::arm);
}

std::optional<Saving> by_size(const CostFacts& facts) {
  const auto past = past_of(facts);
  if (!past) return std::nullopt;
  std::vector<double> load = past->load.load;
  const auto minutes = static_cast<double>(load.size());
  const double mean = std::accumulate(load.begin(), load.end(), 0.0) / minutes;
  const auto borne = load.begin() + static_cast<std::ptrdiff_t>(std::ceil(kBorne * minutes) - 1);
  std::nth_element(load.begin(), borne, load.end());
  const int floor = facts.policy ? facts.policy->min : kFewest;
  const int enough = std::max({1, floor, static_cast<int>(std::ceil(*borne - 1e-9))});
  const double ran = past->member_minutes / minutes;
  return worth("right_size", past->usd * (1 - enough / ran),
               fmt::format("{:.1f} members ran in the mean, and the load was {:.1f} members' worth "
                           "at a score of {:g}: {} throughout would have borne it for {:g} % of "
                           "the time",
                           ran, mean, past->target_score, enough, kBorne * 100));
}

std::optional<Saving> by_policy(const CostFacts& facts) {
  const auto past = past_of(facts);
  if (!past || peak_of(past->load) < 1) return std::nullopt;
  BacktestSetup setup;
  setup.trace = past->load;
  setup.policy = facts.policy ? *facts.policy : default_policy(*past);
  setup.on_demand_price = past->usd / (past->member_minutes / 60);
  const Outcome outcome = run_backtest(setup);
  const double part = outcome.fleet.instance_minutes / past->member_minutes;
  const std::string whose =
      facts.policy ? "the cluster's policy"
                   : fmt::format("a policy with the defaults and a floor of {}", setup.policy.min);
  return worth(
      "policy", past->usd * (1 - part),
      fmt::format("{} would have run {:.1f} instead of {:.1f} instance hours on this load, "
                  "at the same mean price, and {:.2f} % of it would have met members below a "
                  "score of {:g}",
                  whose, outcome.fleet.instance_minutes / 60, past->member_minutes / 60,
                  outcome.slow_share * 100, setup.policy.target_score));
}

}  // namespace livesonic::scaling
