// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/fleet_scaler.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "livesonic/alerting/remedies.h"
#include "livesonic/base/log.h"
#include "livesonic/scaling/budget.h"
#include "livesonic/scaling/pool_book.h"

namespace livesonic::app {
namespace {

using namespace std::chrono_literals;

constexpr Duration kRemembered = 24h;
constexpr Duration kOrphanSearch = 10min;
// A release drains, and then ends: so many at a time are told of in one action.
constexpr std::size_t kReleasedAtOnce = 100;

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

std::vector<PoolState> states_of(const std::vector<scaling::Pool>& pools,
                                 const scaling::FleetBook& book) {
  std::vector<PoolState> states;
  for (const scaling::Pool& pool : pools) {
    PoolState state{.type = pool.type,
                    .zone = pool.zone,
                    .price = pool.price,
                    .on_demand_price = pool.on_demand_price,
                    .interrupted = pool.interrupted,
                    .barred = pool.barred,
                    .owned = 0};
    for (const scaling::FleetMember& member : book.members) {
      if (member.kind.lifecycle == Lifecycle::kSpot && member.kind.type == pool.type &&
          member.kind.zone == pool.zone && member.counts()) {
        ++state.owned;
      }
    }
    states.push_back(std::move(state));
  }
  return states;
}

std::string in_words(const scaling::Lot& lot) {
  std::string text = fmt::format("buy {} {} {} in {}", lot.count, to_string(lot.kind.lifecycle),
                                 lot.kind.type, lot.kind.zone);
  if (!lot.in_place_of.empty()) text += " in place of " + joined(lot.in_place_of);
  return text + ": " + lot.why;
}

}  // namespace

Result<FleetLook> FleetScaler::look(const Cluster& cluster,
                                    const std::map<std::string, int>& scores) {
  const Time now = core_.clock.now();
  auto instances = core_.store->instances(cluster.name, storage::Which::kAll);
  if (!instances) return fail(instances.error());
  auto recent = core_.store->recent_actions(cluster.name, now - kRemembered);
  if (!recent) return fail(recent.error());
  FleetLook seen;
  seen.instances = std::move(*instances);
  seen.actions = std::move(*recent);
  seen.book = scaling::fleet_book(seen.instances, scores, seen.actions, now);
  return seen;
}

scaling::FleetOrders FleetScaler::order(const Cluster& cluster, const ScalingPolicy& policy,
                                        const FleetLook& look, ScalingPlan& plan,
                                        const std::stop_token& stop) {
  FleetWorld::Market market = world_.market(cluster, policy, stop);
  const auto barred =
      barred_until(market.pools, scaling::reclaims_of(look.instances), look.actions, plan.at);
  note_record(market.pools, look.instances, barred, plan.at);
  const scaling::Bounds bounds = scaling::bounds_at(policy, plan.at + policy.warmup);
  scaling::FleetSituation situation;
  situation.now = plan.at;
  situation.book = look.book;
  situation.pools = market.pools;
  situation.on_demand = market.on_demand;
  situation.barred = barred;
  situation.wanted = plan.wanted;
  situation.frozen = plan.frozen;
  situation.urgent = plan.load > 0 && plan.load >= look.book.serving();
  if (const auto since = unfilled_since_.find(plan.cluster); since != unfilled_since_.end()) {
    situation.unfilled_since = since->second;
  }
  // What is never given up is reckoned at what is paid for a member now.
  plan.price_now = scaling::price_of(situation);
  const int owned = look.book.owned();
  const double each = owned > 0 ? plan.price_now / owned : 0;
  plan.this_month = world_.spent(cluster.name, scaling::begin_of_month(plan.at), plan.at);
  plan.allowance = scaling::allowance(policy.budget, plan.this_month, bounds.min * each, plan.at);
  situation.allowance = plan.allowance;

  scaling::FleetOrders ordered = scaling::orders(policy, bounds, situation);
  if (!ordered.unfilled) {
    unfilled_since_.erase(plan.cluster);
  } else {
    unfilled_since_.emplace(plan.cluster, plan.at);
  }
  plan.over_budget = ordered.over_budget;
  plan.pools = states_of(market.pools, look.book);
  for (const scaling::Lot& lot : ordered.lots) plan.steps.push_back(in_words(lot));
  if (!ordered.release.empty()) {
    plan.steps.push_back(fmt::format("drain and end {}: {}", joined(ordered.release), ordered.why));
  }
  plan.steps.insert(plan.steps.end(), ordered.notes.begin(), ordered.notes.end());
  return ordered;
}

bool FleetScaler::may_ask(const std::string& cluster, ActionKind kind, Time now) {
  storage::ActionQuery query;
  query.cluster = cluster;
  query.kind = kind;
  query.limit = 1;
  const auto found = core_.store->actions(query);
  if (!found) {
    log::error("{} can't be scaled: {}", cluster, found.error().message);
    return false;
  }
  const Action* last = found->empty() ? nullptr : &found->front();
  // What is on its way is in the book already, and no reason to wait.
  if (last != nullptr && !is_over(last->state)) return true;
  // What AWS has none of is left alone pool by pool: another one is tried at once.
  if (last != nullptr && last->progress.contains("refused")) return true;
  return patience_[{cluster, kind}].may_ask(kind == ActionKind::kLaunch, last, now);
}

void FleetScaler::request(const ActionRequest& request, ScalingPlan& plan, actions::Desk& desk,
                          const std::stop_token& stop) {
  const auto action = desk.request(request, stop);
  plan.asked = action ? action->id : action.error().message;
  if (!action) log::warning("{} can't be scaled: {}", plan.cluster, action.error().message);
}

void FleetScaler::ask(const Cluster& cluster, const scaling::FleetOrders& orders, ScalingPlan& plan,
                      actions::Desk& desk, const std::stop_token& stop) {
  const auto ask_for = [&](ActionKind kind) {
    if (!may_ask(cluster.name, kind, plan.at)) return false;
    scaling::Patience& patience = patience_[{cluster.name, kind}];
    patience.asked(plan.at, alerting::ask_again_after(patience.times() + 1));
    return true;
  };
  ActionRequest wanted;
  wanted.cluster = cluster.name;
  wanted.by = kScalingAsker;
  if (!orders.lots.empty() && ask_for(ActionKind::kLaunch)) {
    wanted.kind = ActionKind::kLaunch;
    for (const scaling::Lot& lot : orders.lots) {
      wanted.target = to_string(lot.kind);
      wanted.capacity = lot.count;
      wanted.text = joined(lot.in_place_of);
      wanted.reason = lot.why;
      request(wanted, plan, desk, stop);
    }
  }
  if (!orders.release.empty() && ask_for(ActionKind::kRelease)) {
    wanted.kind = ActionKind::kRelease;
    wanted.capacity.reset();
    wanted.text.clear();
    wanted.reason = orders.why;
    std::vector<std::string> ids = orders.release;
    if (ids.size() > kReleasedAtOnce) ids.resize(kReleasedAtOnce);
    wanted.target = joined(ids);
    request(wanted, plan, desk, stop);
  }
  if (orders.lots.empty() && orders.release.empty()) end_orphans(cluster, plan, desk, stop);
}

void FleetScaler::end_orphans(const Cluster& cluster, ScalingPlan& plan, actions::Desk& desk,
                              const std::stop_token& stop) {
  Time& sought = orphans_sought_[cluster.name];
  if (plan.at - sought < kOrphanSearch) return;
  const auto hosts = world_.launched(cluster, stop);
  if (!hosts) return;  // asked again with the next minute
  const auto instances = core_.store->instances(cluster.name, storage::Which::kAll);
  if (!instances) return;
  std::set<std::string> known;
  for (const Instance& instance : *instances) known.insert(instance.id);
  std::vector<scaling::TaggedInstance> tagged;
  std::vector<Action> launches;
  for (const actions::LaunchedHost& host : *hosts) {
    if (host.state == "shutting-down" || host.is_protected) continue;
    tagged.push_back({host.id, host.launch});
    const bool asked = std::ranges::any_of(
        launches, [&](const Action& action) { return action.id == host.launch; });
    if (asked || host.launch.empty()) continue;
    auto action = core_.store->action(host.launch);
    if (action) {
      launches.push_back(std::move(*action));
    } else if (action.error().kind != ErrorKind::kNotFound) {
      return;
    }
  }
  sought = plan.at;
  std::vector<std::string> lost = scaling::orphans(tagged, known, launches, plan.at);
  if (lost.empty()) return;
  if (lost.size() > kReleasedAtOnce) lost.resize(kReleasedAtOnce);
  ActionRequest wanted;
  wanted.kind = ActionKind::kRelease;
  wanted.cluster = cluster.name;
  wanted.by = kScalingAsker;
  wanted.target = joined(lost);
  wanted.reason = "launched for this cluster, and never a member of it";
  plan.steps.push_back(fmt::format("end {}: {}", wanted.target, wanted.reason));
  request(wanted, plan, desk, stop);
}

}  // namespace livesonic::app
