// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/action.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "livesonic/base/text.h"

namespace livesonic {
namespace {

using KindName = std::pair<ActionKind, std::string_view>;
constexpr std::array<KindName, 20> kKinds{{
    {ActionKind::kDeregister, "deregister"},
    {ActionKind::kRegister, "register"},
    {ActionKind::kDrain, "drain"},
    {ActionKind::kReboot, "reboot"},
    {ActionKind::kStop, "stop"},
    {ActionKind::kStart, "start"},
    {ActionKind::kReplace, "replace"},
    {ActionKind::kTerminate, "terminate"},
    {ActionKind::kSetCapacity, "set_capacity"},
    {ActionKind::kLaunch, "launch"},
    {ActionKind::kRelease, "release"},
    {ActionKind::kSetHealth, "set_health"},
    {ActionKind::kEnterStandby, "enter_standby"},
    {ActionKind::kExitStandby, "exit_standby"},
    {ActionKind::kRun, "run"},
    {ActionKind::kDeploy, "deploy"},
    {ActionKind::kRollBack, "roll_back"},
    {ActionKind::kPublish, "publish"},
    {ActionKind::kWebhook, "webhook"},
    {ActionKind::kDiagnose, "diagnose"},
}};

using StateName = std::pair<ActionState, std::string_view>;
constexpr std::array<StateName, 11> kStates{{
    {ActionState::kRefused, "refused"},
    {ActionState::kDryRun, "dry_run"},
    {ActionState::kAwaitingApproval, "awaiting_approval"},
    {ActionState::kRejected, "rejected"},
    {ActionState::kExpired, "expired"},
    {ActionState::kApproved, "approved"},
    {ActionState::kCancelled, "cancelled"},
    {ActionState::kExecuting, "executing"},
    {ActionState::kDone, "done"},
    {ActionState::kFailed, "failed"},
    {ActionState::kUnknown, "unknown"},
}};

template <typename Names, typename Value>
std::string_view name_in(const Names& names, Value value) {
  for (const auto& [known, name] : names) {
    if (known == value) return name;
  }
  return "";
}

template <typename Value, typename Names>
Result<Value> value_in(const Names& names, std::string_view text, std::string_view what) {
  std::string all;
  for (const auto& [value, name] : names) {
    if (name == text) return value;
    all += (all.empty() ? "" : ", ") + std::string(name);
  }
  return fail(ErrorKind::kInvalidInput,
              fmt::format("'{}' is no {}: there are {}", printable(shorten(text, 80)), what, all));
}

}  // namespace

std::string_view to_string(ActionKind kind) {
  return name_in(kKinds, kind);
}

Result<ActionKind> parse_action_kind(std::string_view text) {
  return value_in<ActionKind>(kKinds, text, "kind of action");
}

const std::vector<ActionKind>& all_action_kinds() {
  static const std::vector<ActionKind> kinds = [] {
    std::vector<ActionKind> all;
    for (const auto& [kind, name] : kKinds) all.push_back(kind);
    return all;
  }();
  return kinds;
}

bool needs_instance(ActionKind kind) {
  return kind != ActionKind::kSetCapacity && kind != ActionKind::kLaunch &&
         kind != ActionKind::kRelease && kind != ActionKind::kDeploy &&
         kind != ActionKind::kRollBack && kind != ActionKind::kPublish &&
         kind != ActionKind::kWebhook;
}

bool takes_away(ActionKind kind) {
  switch (kind) {
    case ActionKind::kDeregister:
    case ActionKind::kDrain:
    case ActionKind::kReboot:
    case ActionKind::kStop:
    case ActionKind::kReplace:
    case ActionKind::kTerminate:
    case ActionKind::kRelease:
    case ActionKind::kSetHealth:
    case ActionKind::kEnterStandby:
      return true;
    default:
      return false;
  }
}

bool is_repair(ActionKind kind) {
  return takes_away(kind) && kind != ActionKind::kRelease;
}

std::vector<std::string> ActionRequest::instances() const {
  if (kind != ActionKind::kRelease) {
    return instance.empty() ? std::vector<std::string>() : std::vector<std::string>{instance};
  }
  return words_of(target);
}

std::string_view to_string(ActionState state) {
  return name_in(kStates, state);
}

Result<ActionState> parse_action_state(std::string_view text) {
  return value_in<ActionState>(kStates, text, "state of an action");
}

bool is_over(ActionState state) {
  return state != ActionState::kAwaitingApproval && state != ActionState::kApproved &&
         state != ActionState::kExecuting;
}

bool may_pass(const Action& action) {
  if (action.state == ActionState::kCancelled) return true;
  if (action.state != ActionState::kRefused) return false;
  // The others are about what the action is, not about when it was asked for.
  constexpr std::array<std::string_view, 11> kPassing{
      "stopped",          "busy",     "replacement", "breaker", "floor", "instance_cooldown",
      "cluster_cooldown", "per_hour", "per_day",     "hours",   "aws"};
  return std::find(kPassing.begin(), kPassing.end(), action.rule) != kPassing.end();
}

}  // namespace livesonic
