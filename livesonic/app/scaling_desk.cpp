// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/scaling_desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "livesonic/alerting/remedies.h"
#include "livesonic/base/log.h"
#include "livesonic/base/time_text.h"
#include "livesonic/scaling/budget.h"
#include "livesonic/scaling/history.h"
#include "livesonic/scaling/price_list.h"
#include "livesonic/scaling/report.h"

namespace livesonic::app {
namespace {

using namespace std::chrono_literals;

// What a pilot learns from before its first decision.
constexpr Duration kLearned = 24h * 14;
// So long, at least, what AWS said of the members holds.
constexpr Duration kKnown = 10min;
// Counts of the last minutes still change.
constexpr Duration kRequestsAgain = 15min;
constexpr Duration kConflictsEvery = 10min;
// AWS gives two minutes.
constexpr Duration kMarksEvery = 15s;
constexpr const char* kUsualType = "m6i.large";
constexpr std::string_view kBudgetCause = "budget:";
// More of a backtest takes an API's caller longer than it will wait.
constexpr Duration kLongestBacktest = 24h * 92;

// Why it isn't known who is in the cluster; empty: it is. Who can't be seen is neither missed nor
// ended.
std::string why_unknown(const DiscoveryStatus& discovery, Duration holds, Time now) {
  if (!discovery.last_success) return "AWS has not said yet who is in the cluster";
  const Duration age = now - *discovery.last_success;
  if (age < holds && age > -holds) return {};
  return fmt::format("who is in the cluster was last known at {}: nothing is changed",
                     to_iso8601(*discovery.last_success));
}

// A price to reckon with: that of the policy's first type, else of what runs there.
double price_of(const ScalingPolicy& policy, const std::vector<Instance>& instances) {
  std::vector<std::string> types = policy.spot.types;
  for (const Instance& instance : instances) types.push_back(instance.type);
  types.emplace_back(kUsualType);
  for (const std::string& type : types) {
    if (const auto price = scaling::on_demand_price(type)) return *price;
  }
  return 0.1;
}

}  // namespace

ScalingDesk::ScalingDesk(Core& core, std::map<std::string, ScalingPolicy> policies, Duration fresh,
                         FleetWorld world)
    : core_(core),
      policies_(std::move(policies)),
      fresh_(fresh),
      known_for_(std::max<Duration>(kKnown, fresh)),
      world_(std::move(world)),
      fleets_(core, world_) {}

scaling::Pilot& ScalingDesk::pilot_of(const std::string& name, const ScalingPolicy& policy) {
  auto& pilot = pilots_[name];
  if (!pilot) {
    pilot = std::make_unique<scaling::Pilot>(policy);
    const Time now = core_.clock.now();
    const auto past = core_.store->cluster_history(name, {now - kLearned, now});
    if (past) {
      pilot->learn(*past);
    } else {
      log::warning("scaling of {} begins without its history: {}", name, past.error().message);
    }
  }
  return *pilot;
}

Result<ScalingDesk::Decision> ScalingDesk::decide(const std::string& name,
                                                  const ScalingPolicy& policy,
                                                  const std::stop_token& stop) {
  Decision decision;
  auto cluster = core_.store->cluster(name);
  if (!cluster) return fail(cluster.error());
  decision.cluster = std::move(*cluster);
  const auto instances = core_.store->instances(name, storage::Which::kWatched);
  if (!instances) return fail(instances.error());
  const auto scores = core_.store->latest_scores(name);
  if (!scores) return fail(scores.error());
  scaling::Situation situation;
  situation.now = core_.clock.now();
  std::map<std::string, int> fresh;
  for (const ScoreReading& reading : *scores) {
    if (reading.score && situation.now - reading.at <= fresh_) {
      fresh[reading.instance] = *reading.score;
    }
  }
  for (const Instance& instance : *instances) {
    scaling::MemberLoad member{.serving = is_in_service(instance.balancer_state), .score = {}};
    if (const auto score = fresh.find(instance.id); score != fresh.end()) {
      member.score = score->second;
    }
    situation.members.push_back(member);
  }
  scaling::Pilot& pilot = pilot_of(name, policy);
  std::optional<FleetLook> look;
  if (policy.through == ScaleThrough::kFleet) {
    auto looked = fleets_.look(decision.cluster, fresh);
    if (!looked) return fail(looked.error());
    look = std::move(*looked);
    situation.ordered = look->book.owned();
  } else {
    situation.ordered = decision.cluster.discovery.wanted;
    situation.price = price_of(policy, *instances);
    situation.this_month =
        world_.spent(name, scaling::begin_of_month(situation.now), situation.now);
  }
  if (policy.requests_per_instance) {
    situation.requests = requests_of(decision.cluster, pilot, situation.now, stop);
  }
  decision.unknown = why_unknown(decision.cluster.discovery, known_for_, situation.now);
  decision.plan =
      decision.unknown.empty() ? pilot.next(situation) : blind_plan(policy, situation, decision);
  decision.plan.cluster = name;
  decision.plan.through = policy.through;
  decision.plan.per_month = policy.budget.per_month;
  if (!look) {
    decision.plan.this_month = situation.this_month;
    decision.plan.price_now = situation.price * decision.plan.present;
    decision.plan.allowance = scaling::allowance(
        policy.budget, situation.this_month, decision.plan.min * situation.price, situation.now);
    decision.plan.conflicts = conflicts_of(decision.cluster, *instances, stop);
  }
  if (look && decision.unknown.empty()) {
    decision.orders = fleets_.order(decision.cluster, policy, *look, decision.plan, stop);
  }
  return decision;
}

scaling::RequestRecord ScalingDesk::requests_of(const Cluster& cluster, const scaling::Pilot& pilot,
                                                Time now, const std::stop_token& stop) {
  const Time known = pilot.requests_known_until().value_or(now - kLearned);
  const Time from = std::clamp(known, now - kLearned, now - kRequestsAgain);
  scaling::RequestRecord record = world_.requests(cluster, from, now, stop);
  std::string& told = requests_missing_[cluster.name];
  if (told != record.missing && !record.missing.empty()) {
    log::warning("scaling of {}: the requests are not known: {}", cluster.name, record.missing);
  }
  told = record.missing;
  return record;
}

ScalingPlan ScalingDesk::blind_plan(const ScalingPolicy& policy,
                                    const scaling::Situation& situation, const Decision& decision) {
  const scaling::Bounds bounds = scaling::bounds_at(policy, situation.now + policy.warmup);
  ScalingPlan plan;
  plan.at = situation.now;
  plan.present = situation.ordered.value_or(static_cast<int>(situation.members.size()));
  plan.wanted = plan.present;
  plan.min = bounds.min;
  plan.max = bounds.max;
  plan.frozen = true;
  plan.dry_run = policy.dry_run;
  plan.reason = decision.unknown;
  return plan;
}

Result<bool> ScalingDesk::may_ask(ScalingPlan& plan) {
  storage::ActionQuery query;
  query.cluster = plan.cluster;
  query.kind = ActionKind::kSetCapacity;
  query.limit = 1;
  const auto found = core_.store->actions(query);
  if (!found) return fail(found.error());
  const Action* last = found->empty() ? nullptr : &found->front();
  if (last != nullptr) plan.asked = last->id;
  return patience_[plan.cluster].may_ask(plan.wanted > plan.present, last, plan.at);
}

void ScalingDesk::ask(ScalingPlan& plan, actions::Desk& desk, const std::stop_token& stop) {
  const auto may = may_ask(plan);
  if (!may) log::error("{} can't be scaled: {}", plan.cluster, may.error().message);
  if (!may || !*may) return;
  scaling::Patience& patience = patience_[plan.cluster];
  patience.asked(plan.at, alerting::ask_again_after(patience.times() + 1));
  ActionRequest request;
  request.kind = ActionKind::kSetCapacity;
  request.cluster = plan.cluster;
  request.by = kScalingAsker;
  request.reason = plan.reason;
  request.capacity = plan.wanted;
  // One a minute, whatever happens to this process in between.
  request.key =
      fmt::format("scale:{}:{}", plan.cluster,
                  std::chrono::floor<std::chrono::minutes>(plan.at).time_since_epoch().count());
  const auto action = desk.request(request, stop);
  plan.asked = action ? action->id : action.error().message;
  if (!action) {
    log::warning("{} can't be scaled to {}: {}", plan.cluster, plan.wanted, action.error().message);
  }
}

void ScalingDesk::tick(actions::Desk* desk, const std::stop_token& stop) {
  const std::lock_guard ticking(ticking_);
  for (const auto& [name, policy] : policies_) {
    if (stop.stop_requested()) return;
    tick_one(name, policy, desk, stop);
  }
  if (desk != nullptr) tell_budgets();
}

void ScalingDesk::tick_one(const std::string& name, const ScalingPolicy& policy,
                           actions::Desk* desk, const std::stop_token& stop) {
  auto decision = decide(name, policy, stop);
  if (!decision) {
    if (decision.error().kind != ErrorKind::kNotFound) {
      log::error("{} can't be scaled: {}", name, decision.error().message);
    }
    const std::lock_guard lock(mutex_);
    plans_.erase(name);
    return;
  }
  ScalingPlan& plan = decision->plan;
  blind_[name] = !decision->unknown.empty();
  if (desk != nullptr && !plan.dry_run && decision->unknown.empty()) {
    if (policy.through == ScaleThrough::kFleet) {
      fleets_.ask(decision->cluster, decision->orders, plan, *desk, stop);
    } else if (plan.wanted != plan.present) {
      ask(plan, *desk, stop);
    }
  }
  const std::lock_guard lock(mutex_);
  plans_.insert_or_assign(name, std::move(plan));
}

void ScalingDesk::react(actions::Desk& desk, const std::stop_token& stop) {
  const std::lock_guard ticking(ticking_);
  for (const auto& [name, policy] : policies_) {
    if (stop.stop_requested()) return;
    const auto cluster = core_.store->cluster(name);
    if (!cluster || !why_unknown(cluster->discovery, known_for_, core_.clock.now()).empty()) {
      continue;
    }
    if (std::exchange(blind_[name], false)) {
      tick_one(name, policy, &desk, stop);
    } else if (!policy.dry_run) {
      react_for(*cluster, policy, desk, stop);
    }
  }
}

void ScalingDesk::react_for(const Cluster& cluster, const ScalingPolicy& policy,
                            actions::Desk& desk, const std::stop_token& stop) {
  look_for_marks(cluster, stop);
  if (policy.through != ScaleThrough::kFleet) return drain_doomed(cluster.name, desk, stop);
  std::optional<ScalingPlan> plan;
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = plans_.find(cluster.name); known != plans_.end()) plan = known->second;
  }
  if (!plan) return;
  const auto look = fleets_.look(cluster, {});
  if (!look || (look->book.doomed.empty() && look->book.owned() >= plan->wanted)) return;
  plan->at = core_.clock.now();
  plan->present = look->book.owned();
  // What would be ended by its score waits for the tick, which knows the scores.
  plan->frozen = true;
  plan->steps.clear();
  const auto orders = fleets_.order(cluster, policy, *look, *plan, stop);
  fleets_.ask(cluster, orders, *plan, desk, stop);
}

std::vector<std::string> ScalingDesk::conflicts_of(const Cluster& cluster,
                                                   const std::vector<Instance>& instances,
                                                   const std::stop_token& stop) {
  Conflicts& known = conflicts_[cluster.name];
  const Time now = core_.clock.now();
  if (now - known.sought < kConflictsEvery) return known.found;
  std::vector<std::string> ids;
  for (const Instance& instance : instances) ids.push_back(instance.id);
  auto found = world_.conflicts(cluster, ids, stop);
  if (!found) return known.found;  // the next minute asks again
  if (*found != known.found) {
    for (const std::string& one : *found) log::warning("scaling of {}: {}", cluster.name, one);
  }
  known = {now, std::move(*found)};
  return known.found;
}

void ScalingDesk::look_for_marks(const Cluster& cluster, const std::stop_token& stop) {
  Time& sought = marks_sought_[cluster.name];
  const Time now = core_.clock.now();
  if (now - sought < kMarksEvery) return;
  sought = now;
  const auto instances = core_.store->instances(cluster.name, storage::Which::kWatched);
  if (!instances) return;
  const bool any_spot = std::ranges::any_of(
      *instances, [](const Instance& one) { return one.lifecycle == Lifecycle::kSpot; });
  if (any_spot) world_.look_for_marks(cluster, stop);
}

// A group replaces by itself what AWS takes back; until then it is to get no more work.
void ScalingDesk::drain_doomed(const std::string& cluster, actions::Desk& desk,
                               const std::stop_token& stop) {
  const auto instances = core_.store->instances(cluster, storage::Which::kWatched);
  if (!instances) return;
  for (const Instance& instance : *instances) {
    const auto& notice = instance.standing.notice;
    if (!notice || !notice->interruption || !is_in_service(instance.balancer_state)) continue;
    ActionRequest request;
    request.kind = ActionKind::kDrain;
    request.cluster = cluster;
    request.instance = instance.id;
    request.by = kScalingAsker;
    request.reason = in_words(*notice);
    request.key = "doomed:" + instance.id;  // once, whatever came of it
    if (const auto asked = desk.request(request, stop); !asked) {
      log::warning("{} can't be drained: {}", instance.id, asked.error().message);
    }
  }
}

// A budget that keeps a fleet smaller than it should be is an incident. Of a cluster that can't be
// seen what was told before stays true.
void ScalingDesk::tell_budgets() {
  if (!over_budget_) over_budget_ = told_of();
  std::vector<Finding> findings;
  std::set<std::string> over;
  const Time now = core_.clock.now();
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, plan] : plans_) {
      const bool stays = blind_[name] && over_budget_->contains(name);
      if (!plan.over_budget && !stays) continue;
      over.insert(name);
      findings.push_back(
          {std::string(kBudgetCause) + name, name,
           fmt::format("{}: the budget keeps the fleet smaller than it should be", name),
           plan.reason});
    }
  }
  if (over == *over_budget_) return;
  if (const auto told = core_.alerting.judge(findings, {std::string(kBudgetCause)}, now); !told) {
    log::error("the budgets' incidents: {}", told.error().message);
    return;
  }
  core_.outbox.wake();
  over_budget_ = std::move(over);
}

// By an earlier run of this program.
std::set<std::string> ScalingDesk::told_of() {
  std::set<std::string> clusters;
  const auto open = core_.store->incidents({.cluster = std::nullopt, .open = true, .limit = 1000});
  if (!open) log::error("the open incidents can't be read: {}", open.error().message);
  for (const Incident& incident : open.value_or(std::vector<Incident>())) {
    if (!incident.cause.starts_with(kBudgetCause)) continue;
    clusters.insert(incident.cause.substr(kBudgetCause.size()));
  }
  return clusters;
}

std::vector<ScalingPlan> ScalingDesk::plans() {
  const auto all = [&] {
    const std::lock_guard lock(mutex_);
    std::vector<ScalingPlan> found;
    for (const auto& [name, plan] : plans_) found.push_back(plan);
    return found;
  };
  if (auto known = all(); !known.empty()) return known;
  tick(nullptr, {});
  return all();
}

Result<nlohmann::ordered_json> ScalingDesk::backtest(const std::string& cluster, Time from,
                                                     Time to) {
  const auto policy = policies_.find(cluster);
  if (policy == policies_.end()) {
    return fail(ErrorKind::kNotFound,
                fmt::format("cluster '{}' has no policy in the configuration's scaling", cluster));
  }
  if (to - from > kLongestBacktest) {
    return fail(ErrorKind::kInvalidInput, "at most 92 days are replayed");
  }
  const auto points = core_.store->cluster_history(cluster, {from, to});
  if (!points) return fail(points.error());
  const auto instances = core_.store->instances(cluster, storage::Which::kAll);
  if (!instances) return fail(instances.error());
  scaling::BacktestSetup setup;
  setup.trace = scaling::trace_of(*points, policy->second.target_score);
  if (setup.trace.load.size() < 60) {
    return fail(
        ErrorKind::kConflict,
        fmt::format("the history of {} is shorter than an hour: nothing to replay", cluster));
  }
  setup.policy = policy->second;
  setup.on_demand_price = price_of(setup.policy, *instances);
  return to_json(setup, run_report(setup, {"asg", "hpa", "static"}));
}

}  // namespace livesonic::app
