// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/pilot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "livesonic/base/time_text.h"
#include "livesonic/scaling/budget.h"
#include "livesonic/scaling/history.h"
#include "livesonic/scaling/minutes.h"

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;

constexpr double kMostStale = 0.2;
constexpr Duration kBridged = 1h;

std::string_view describe(SizedBy by) {
  switch (by) {
    case SizedBy::kFirstHours:
      return "half more than the last quarter's highest load, while too little is known";
    case SizedBy::kHeadroom:
      return "headroom over the highest load of late";
    case SizedBy::kRecentLoad:
      return "the odds of the last hour's load";
    case SizedBy::kForecast:
      return "the odds by the days and weeks before";
  }
  return "";
}

std::string bound_note(const Bounds& bounds, int wanted) {
  if (wanted == bounds.min) {
    return bounds.min_since.empty() ? fmt::format("; {} is the least", bounds.min)
                                    : fmt::format("; {} is the least since \"{}\" of the timetable",
                                                  bounds.min, bounds.min_since);
  }
  return wanted == bounds.max ? fmt::format("; {} is the most", bounds.max) : "";
}

}  // namespace

Pilot::Pilot(ScalingPolicy policy) : policy_(std::move(policy)), controller_(policy_) {
  if (policy_.requests_per_instance) requests_.emplace(policy_);
}

Pilot::Observed Pilot::observe(const Situation& situation, double target_score) const {
  Observed seen;
  for (const MemberLoad& member : situation.members) {
    if (!member.serving) continue;
    ++seen.serving;
    if (!member.score) continue;
    ++seen.fresh;
    seen.load += load_of(*member.score, target_score);
  }
  // Those that say nothing are taken to be as busy as those that do.
  if (seen.fresh > 0) seen.load *= static_cast<double>(seen.serving) / seen.fresh;
  return seen;
}

int Pilot::wish(double load, int serving, int owned, const Bounds& bounds) {
  return controller_.next({.load = load,
                           .capacity = 1,
                           .serving = serving,
                           .owned = owned,
                           .min = bounds.min,
                           .max = bounds.max});
}

void Pilot::learn(const std::vector<ClusterPoint>& past) {
  Timetable timetable(policy_);
  std::optional<Time> minute;
  double load = 0;
  int serving = 0;
  const auto let_pass = [&](Time until) {
    if (until - *minute > kBridged) *minute = until;
    for (; *minute + 1min <= until; *minute += 1min) {
      wish(load, serving, serving, timetable.at(*minute + policy_.warmup));
    }
  };
  for (const ClusterPoint& point : past) {
    if (!minute) minute = point.at;
    let_pass(point.at);
    serving = point.members;
    load = point.members * load_of(point.mean, timetable.at(point.at).target_score);
  }
}

std::optional<Pilot::Opinion> Pilot::by_scores(const Observed& seen, const Bounds& bounds,
                                               int owned) {
  if (seen.fresh == 0) return std::nullopt;
  Opinion opinion;
  opinion.load = seen.load;
  opinion.wanted = wish(seen.load, seen.serving, owned, bounds);
  opinion.wish = controller_.wish();
  opinion.why = fmt::format("the load is {:.1f} instances' worth at a score of {:.0f}", seen.load,
                            bounds.target_score);
  return opinion;
}

std::optional<Pilot::Opinion> Pilot::by_requests(const Situation& situation, const Observed& seen,
                                                 const Bounds& bounds, int owned) {
  // What nobody serves the balancer doesn't count.
  if (!requests_ || seen.serving == 0) return std::nullopt;
  const auto wanted = requests_->next(situation.requests, {.serving = seen.serving, .owned = owned},
                                      bounds, situation.now);
  if (!wanted) return std::nullopt;
  Opinion opinion;
  opinion.load = requests_->load();
  opinion.wanted = *wanted;
  opinion.wish = requests_->wish();
  opinion.wish.expected /= requests_->seen().target;
  opinion.why =
      fmt::format("{:.0f} requests in the minute from {} are {:.1f} instances' worth at {:g} each",
                  requests_->seen().per_minute, to_iso8601(*requests_->seen().at), opinion.load,
                  requests_->seen().target);
  return opinion;
}

std::string Pilot::why_frozen(const Observed& seen) const {
  const bool known = requests_ && requests_->seen().missing.empty();
  if (requests_ && !known) {
    return fmt::format("; nothing is ended, as the requests are not known: {}",
                       requests_->seen().missing);
  }
  const int stale = seen.serving - seen.fresh;
  if (stale <= kMostStale * seen.serving || (known && !policy_.by_score)) return {};
  return fmt::format("; nothing is ended, as {} of {} members have no fresh score", stale,
                     seen.serving);
}

ScalingPlan Pilot::next(const Situation& situation) {
  const Bounds bounds = bounds_at(policy_, situation.now + policy_.warmup);
  const Observed seen = observe(situation, bounds_at(policy_, situation.now).target_score);
  ScalingPlan plan;
  plan.at = situation.now;
  plan.present = situation.ordered.value_or(static_cast<int>(situation.members.size()));
  plan.min = bounds.min;
  plan.max = bounds.max;
  plan.dry_run = policy_.dry_run;
  const auto scores = by_scores(seen, bounds, plan.present);
  const auto requests = by_requests(situation, seen, bounds, plan.present);
  if (requests_) plan.requests = requests_->seen();
  const bool asks_scores = scores && (policy_.by_score || !requests);
  if (!asks_scores && !requests) {
    plan.frozen = true;
    plan.wanted = std::max(plan.present, bounds.min);
    plan.reason = seen.serving == 0
                      ? "no member serves, so nothing is known of the load"
                      : fmt::format("none of {} members has a fresh score", seen.serving);
    if (requests_ && seen.serving > 0) {
      plan.reason += fmt::format(", and the requests are not known: {}", requests_->seen().missing);
    }
    if (plan.wanted > plan.present) plan.reason += bound_note(bounds, plan.wanted);
    return plan;
  }
  const bool by_requests = requests && (!asks_scores || requests->wanted > scores->wanted);
  const Opinion& chosen = by_requests ? *requests : *scores;
  plan.load = chosen.load;
  plan.wanted = chosen.wanted;
  const Spending spending{.this_month = situation.this_month, .price = situation.price};
  const int most = affordable(policy_.budget, spending, bounds.min, situation.now);
  const bool dear = plan.wanted > most;
  plan.wanted = std::min(plan.wanted, most);
  const Wish& wish = chosen.wish;
  plan.expected = wish.expected;
  plan.forecast = wish.forecast;
  plan.reason = fmt::format("{}, and {:.1f} are expected in {}: {} wanted by {}{}", chosen.why,
                            wish.expected, format_duration(policy_.warmup), wish.instances,
                            describe(wish.by), bound_note(bounds, wish.instances));
  if (requests && asks_scores) {
    plan.reason += by_requests ? fmt::format("; by the scores it would be {}", scores->wanted)
                               : fmt::format("; by the requests it would be {}", requests->wanted);
  }
  if (by_requests && requests_->already() > wish.instances) {
    plan.reason += fmt::format("; {} at once, by what came in the minute that is not over yet",
                               requests_->already());
  }
  if (dear) {
    plan.over_budget = true;
    plan.allowance = allowance(policy_.budget, situation.this_month, bounds.min * situation.price,
                               situation.now);
    plan.reason +=
        fmt::format("; {} are what {:.2f} USD an hour pay for", most, plan.allowance.value_or(0));
  }
  if (plan.wanted < plan.present && wish.instances < plan.wanted) {
    plan.reason += fmt::format("; slowly, since fewer must be wanted for {}",
                               format_duration(policy_.scale_in.stable));
  }
  if (++minutes_ <= minutes_of(policy_.scale_in.stable) && plan.wanted < plan.present) {
    plan.wanted = plan.present;
    plan.reason +=
        fmt::format("; nothing is ended in the first {}", format_duration(policy_.scale_in.stable));
  }
  const std::string frozen = why_frozen(seen);
  const bool unknown = requests_ && !requests_->seen().missing.empty();
  if (!frozen.empty() && (unknown || plan.wanted < plan.present)) {
    plan.frozen = true;
    plan.wanted = std::max(plan.wanted, plan.present);
    plan.reason += frozen;
  }
  return plan;
}

}  // namespace livesonic::scaling
