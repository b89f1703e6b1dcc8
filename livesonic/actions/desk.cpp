// SPDX-License-Identifier: Apache-2.0
// Requests and decisions. What happens by itself in the course of time is in desk_watch.cpp.
#include "livesonic/actions/desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "livesonic/base/log.h"
#include "livesonic/base/text.h"

namespace livesonic::actions {
namespace {

constexpr Duration kPast = std::chrono::hours{24};

ActionState state_for(Ruling::Kind kind) {
  switch (kind) {
    case Ruling::Kind::kAllow:
      return ActionState::kApproved;
    case Ruling::Kind::kRefuse:
      return ActionState::kRefused;
    case Ruling::Kind::kDryRun:
      return ActionState::kDryRun;
    case Ruling::Kind::kAwaitApproval:
      return ActionState::kAwaitingApproval;
  }
  return ActionState::kRefused;
}

}  // namespace

Desk::Desk(Parts parts)
    : parts_(std::move(parts)),
      executor_(parts_.store, parts_.inventory, parts_.means,
                [this](const Action& action) { changed(action); }) {}

Desk::~Desk() {
  stop();
}

Result<View> Desk::view_of(const std::string& cluster) {
  View view;
  const auto instances = watched(parts_.inventory, cluster);
  if (!instances) return fail(instances.error());
  const auto scores = parts_.history.latest_scores(cluster);
  if (!scores) return fail(scores.error());
  const auto checks = parts_.history.latest_checks(cluster);
  if (!checks) return fail(checks.error());
  view.members =
      members_of(*instances, *scores, *checks, parts_.means.settings, parts_.means.clock.now());
  return view;
}

Result<Desk::Known> Desk::find_out(const ActionRequest& request, const std::stop_token& stop) {
  if (auto checked = check_request(request, parts_.means.settings); !checked) {
    return fail(checked.error());
  }
  Known known;
  auto cluster = parts_.inventory.cluster(request.cluster);
  if (!cluster) return fail(cluster.error());
  known.cluster = std::move(*cluster);
  auto instances = watched(parts_.inventory, request.cluster);
  if (!instances) return fail(instances.error());
  known.instances = std::move(*instances);
  auto view = view_of(request.cluster);
  if (!view) return fail(view.error());
  known.view = std::move(*view);
  Past past;
  if (request.kind == ActionKind::kRollBack) {
    auto all = parts_.inventory.instances(request.cluster, storage::Which::kAll);
    if (!all) return fail(all.error());
    auto releases = parts_.inventory.releases(request.cluster);
    if (!releases) return fail(releases.error());
    past = {std::move(*all), std::move(*releases)};
  }
  auto asked = ask_cloud(parts_.means.cloud, known.cluster, request, known.instances, past,
                         parts_.means.settings, known.view, stop);
  if (!asked) known.trouble = asked.error().message;
  return known;
}

Result<Action> Desk::decide(const ActionRequest& request, Known& known, bool approved) {
  const Time now = parts_.means.clock.now();
  auto switched = parts_.store.stop_switch();
  if (!switched) return fail(switched.error());
  known.view.stop = std::move(*switched);
  auto recent = parts_.store.recent_actions(request.cluster, now - kPast);
  if (!recent) return fail(recent.error());
  known.view.recent = std::move(*recent);

  const Limits& limits = parts_.means.settings.limits_of(request.cluster);
  Ruling ruling = judge(request, limits, known.view, approved, now);
  if (ruling.kind != Ruling::Kind::kRefuse && !known.trouble.empty()) {
    ruling.kind = Ruling::Kind::kRefuse;
    ruling.rule = "aws";
    ruling.why = "AWS can't be asked about it: " + known.trouble;
  }
  Action action;
  action.request = request;
  // What is approved, and gone on with after a restart, is this release and no other.
  if (request.kind == ActionKind::kRollBack && !known.view.to.empty()) {
    action.request.target = known.view.to;
  }
  action.state = state_for(ruling.kind);
  action.deed = describe(request, known.cluster, known.instances, known.view);
  action.rule = std::move(ruling.rule);
  action.why = std::move(ruling.why);
  action.inputs = std::move(ruling.inputs);
  action.removes = ruling.removes;
  action.requested_at = now;
  if (action.state == ActionState::kAwaitingApproval) {
    action.expires_at = now + limits.approval_lasts;
  }
  return action;
}

Result<Action> Desk::request(const ActionRequest& request, const std::stop_token& stop) {
  if (!request.key.empty()) {
    auto same = parts_.store.action_of_key(request.cluster, request.key);
    if (!same) return fail(same.error());
    if (*same) return std::move(**same);
  }
  auto known = find_out(request, stop);
  if (!known) return fail(known.error());
  Action action;
  {
    const std::lock_guard lock(mutex_);
    auto decided = decide(request, *known, false);
    if (!decided) return fail(decided.error());
    action = std::move(*decided);
    action.id = random_id();
    auto added = parts_.store.add_action(action);
    if (!added && added.error().kind == ErrorKind::kConflict && !request.key.empty()) {
      auto same = parts_.store.action_of_key(request.cluster, request.key);
      if (same && *same) return std::move(**same);
    }
    if (!added) return fail(added.error());
  }
  log::info("action {} by {}: {}: {}: {}", action.id, printable(request.by), action.deed,
            to_string(action.state), action.why);
  changed(action);
  // That all suffer of a bad release is why it is rolled back: nothing is held back then that one
  // would have to be told of.
  if (request.kind != ActionKind::kRollBack) watch_breaker(request.cluster, known->view);
  if (action.state == ActionState::kApproved) {
    if (auto queued = executor_.submit(action.id, false); !queued) {
      log::warning("action {} waits: {}", action.id, queued.error().message);
    }
  }
  return action;
}

Result<Action> Desk::preview(const ActionRequest& request, const std::stop_token& stop) {
  auto known = find_out(request, stop);
  if (!known) return fail(known.error());
  const std::lock_guard lock(mutex_);
  return decide(request, *known, false);
}

Result<Action> Desk::approve(const std::string& id, const std::string& by,
                             const std::stop_token& stop) {
  auto action = parts_.store.action(id);
  if (!action) return fail(action.error());
  if (action->state != ActionState::kAwaitingApproval) {
    return fail(
        ErrorKind::kConflict,
        fmt::format("the action is not waiting for approval: it is {}", to_string(action->state)));
  }
  auto known = find_out(action->request, stop);
  if (!known) return fail(known.error());
  {
    const std::lock_guard lock(mutex_);
    const Time now = parts_.means.clock.now();
    if (action->expires_at && *action->expires_at <= now) {
      return fail(ErrorKind::kConflict, "nobody approved the action in time; ask for it again");
    }
    auto decided = decide(action->request, *known, true);
    if (!decided) return fail(decided.error());
    action->state = decided->state;
    action->deed = std::move(decided->deed);
    action->rule = std::move(decided->rule);
    action->why = std::move(decided->why);
    action->inputs = std::move(decided->inputs);
    action->removes = decided->removes;
    action->decided_by = by;
    action->decided_at = now;
    auto moved = parts_.store.move_action(*action, ActionState::kAwaitingApproval);
    if (!moved) return fail(moved.error());
  }
  changed(*action);
  if (action->state == ActionState::kApproved) {
    if (auto queued = executor_.submit(id, false); !queued) {
      log::warning("action {} waits: {}", id, queued.error().message);
    }
  }
  return std::move(*action);
}

Result<Action> Desk::reject(const std::string& id, const std::string& by,
                            const std::string& reason) {
  auto action = parts_.store.action(id);
  if (!action) return fail(action.error());
  action->state = ActionState::kRejected;
  action->decided_by = by;
  action->decided_at = parts_.means.clock.now();
  action->finished_at = action->decided_at;
  action->result = reason.empty() ? "rejected" : "rejected: " + reason;
  auto moved = parts_.store.move_action(*action, ActionState::kAwaitingApproval);
  if (!moved) return fail(moved.error());
  changed(*action);
  return std::move(*action);
}

void Desk::changed(const Action& action) {
  {
    const std::lock_guard lock(state_mutex_);
    ++counts_[{std::string(to_string(action.request.kind)), std::string(to_string(action.state))}];
  }
  state_changed_.notify_all();
  parts_.events.publish({"action.changed", action.request.cluster, action.id,
                         fmt::format("{}: {}", action.deed, to_string(action.state)),
                         parts_.means.clock.now()});
}

}  // namespace livesonic::actions
