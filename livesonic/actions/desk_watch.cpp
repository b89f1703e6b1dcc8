// SPDX-License-Identifier: Apache-2.0
// What the desk does by itself: goes on after a restart, lets approvals expire, keeps an eye on
// breakers that have tripped, counts.
#include <fmt/format.h>

#include <algorithm>

#include "livesonic/actions/desk.h"
#include "livesonic/base/log.h"

namespace livesonic::actions {
namespace {

constexpr Duration kTick = std::chrono::seconds{5};

Finding finding_of(const std::string& cluster, const View& view, const Limits& limits) {
  const auto suffering = std::ranges::count_if(view.members, &Member::suffering);
  return {std::string(kBreakerCause) + cluster, cluster,
          fmt::format("{}: {} of {} members suffer at once, so the cause is shared, and none of "
                      "them is repaired by itself",
                      cluster, suffering, view.members.size()),
          fmt::format("more than {} % suffer", limits.breaker_percent)};
}

}  // namespace

void Desk::start() {
  if (parts_.breaker != nullptr) {
    const std::lock_guard lock(state_mutex_);
    for (const std::string& cluster : parts_.breaker->told_of()) breakers_[cluster];
  }
  thread_ = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      tick();
      if (!parts_.means.sleep(kTick, stop)) return;
    }
  });
}

void Desk::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  executor_.stop();
}

void Desk::recover() {
  const auto unfinished = parts_.store.unfinished_actions();
  if (!unfinished) {
    log::error("the unfinished actions can't be read: {}", unfinished.error().message);
    return;
  }
  for (const Action& action : *unfinished) {
    if (action.state == ActionState::kAwaitingApproval) continue;
    const bool begun = action.state == ActionState::kExecuting;
    if (auto queued = executor_.submit(action.id, begun); !queued) return;
  }
}

void Desk::tick() {
  recover();
  const auto unfinished = parts_.store.unfinished_actions();
  const Time now = parts_.means.clock.now();
  for (Action action : unfinished.value_or(std::vector<Action>())) {
    if (action.state != ActionState::kAwaitingApproval) continue;
    if (!action.expires_at || *action.expires_at > now) continue;
    action.state = ActionState::kExpired;
    action.finished_at = now;
    action.result = "nobody approved it in time";
    if (parts_.store.move_action(action, ActionState::kAwaitingApproval)) changed(action);
  }
  recheck_breakers();
}

Result<Action> Desk::wait_for(const std::string& id, Duration patience,
                              const std::stop_token& stop) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto action = parts_.store.action(id);
    if (!action || is_over(action->state) || action->state == ActionState::kAwaitingApproval ||
        stop.stop_requested() || std::chrono::steady_clock::now() >= until) {
      return action;
    }
    // What changes between the look and the wait is seen a moment later.
    std::unique_lock lock(state_mutex_);
    state_changed_.wait_for(lock, stop, std::chrono::milliseconds{200}, [] { return false; });
  }
}

// Rules that would repair a cluster whose fault is shared: whoever sees to it is told so.
void Desk::watch_breaker(const std::string& cluster, const View& view) {
  const Limits& limits = parts_.means.settings.limits_of(cluster);
  const bool trips = breaker_trips(limits, view.members);
  {
    const std::lock_guard lock(state_mutex_);
    if (trips) {
      const bool is_news =
          breakers_.insert_or_assign(cluster, finding_of(cluster, view, limits)).second;
      breakers_told_ = breakers_told_ && !is_news;
    } else if (breakers_.erase(cluster) > 0) {
      breakers_told_ = false;
    }
  }
  tell_breakers();
}

void Desk::recheck_breakers() {
  std::vector<std::string> clusters;
  {
    const std::lock_guard lock(state_mutex_);
    for (const auto& [cluster, finding] : breakers_) clusters.push_back(cluster);
  }
  for (const std::string& cluster : clusters) {
    const auto view = view_of(cluster);
    // A cluster that was removed has no members.
    if (view) watch_breaker(cluster, *view);
  }
  tell_breakers();
}

void Desk::tell_breakers() {
  if (parts_.breaker == nullptr) return;
  const std::lock_guard telling(telling_);
  std::vector<Finding> findings;
  {
    const std::lock_guard lock(state_mutex_);
    if (breakers_told_) return;
    breakers_told_ = true;
    for (const auto& [cluster, finding] : breakers_) findings.push_back(finding);
  }
  if (auto told = parts_.breaker->tell(findings, parts_.means.clock.now()); !told) {
    log::error("a tripped breaker can't be told of: {}", told.error().message);
    const std::lock_guard lock(state_mutex_);
    breakers_told_ = false;
  }
}

std::string Desk::prometheus_text() const {
  std::string text =
      "# HELP livesonic_actions_total Changes of actions' states since the start.\n"
      "# TYPE livesonic_actions_total counter\n";
  const std::lock_guard lock(state_mutex_);
  for (const auto& [key, count] : counts_) {
    text += fmt::format("livesonic_actions_total{{kind=\"{}\",state=\"{}\"}} {}\n", key.first,
                        key.second, count);
  }
  return text;
}

}  // namespace livesonic::actions
