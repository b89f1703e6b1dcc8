// SPDX-License-Identifier: Apache-2.0
// Something done to the fleet: what was asked for, what was decided about it and why, and what came
// of it. Plain values; every one of them stays in the audit log.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic {

enum class ActionKind {
  kDeregister,    // from the balancer
  kRegister,      // with the balancer, again
  kDrain,         // deregister, and wait until the balancer has let its connections end
  kReboot,        // by EC2
  kStop,          // likewise
  kStart,         // likewise
  kReplace,       // by its Auto Scaling group, which keeps its size
  kTerminate,     // with its group made smaller by it
  kSetCapacity,   // how many a group, or an ECS service, is to have
  kLaunch,        // instances of the cluster's launch template, which join its balancer
  kRelease,       // drain and terminate instances that were launched so
  kSetHealth,     // what its group is to think of it
  kEnterStandby,  // its group sends it no work and does not replace it
  kExitStandby,
  kRun,       // a command of the configuration, on the host
  kDeploy,    // the ECS service starts all its tasks anew
  kRollBack,  // the release that ran before, of the group's launch template or the ECS service
  kPublish,   // a message to an SNS topic of the configuration
  kWebhook,   // a call of a webhook of the configuration
  kDiagnose,  // what the host says of itself, kept with the action
};

std::string_view to_string(ActionKind kind);  // "set_capacity"
Result<ActionKind> parse_action_kind(std::string_view text);
const std::vector<ActionKind>& all_action_kinds();

// Is it about one instance, rather than about the cluster?
bool needs_instance(ActionKind kind);
// Does it take an instance away from those that serve, if only for a while? set_capacity may too.
bool takes_away(ActionKind kind);
// Is it one that heals a host that is at fault, and so makes a shared fault worse?
bool is_repair(ActionKind kind);

// requested ─▶ refused | dry_run | awaiting_approval | approved
// awaiting_approval ─▶ approved | rejected | expired | refused
// approved ─▶ executing | cancelled ─▶ done | failed | unknown
enum class ActionState {
  kRefused,
  kDryRun,  // it would have been done
  kAwaitingApproval,
  kRejected,   // by a person
  kExpired,    // nobody approved it in time
  kApproved,   // by the limits, and by a person where that is asked for; not begun
  kCancelled,  // before it began, by the stop switch
  kExecuting,  // the intent is written; the call may have been made
  kDone,
  kFailed,
  kUnknown,  // whether it was done can't be found out; it is never done again
};

std::string_view to_string(ActionState state);  // "awaiting_approval"
Result<ActionState> parse_action_state(std::string_view text);
// Nothing more comes of it.
bool is_over(ActionState state);

struct Action;
// Was it refused, or called off, for a reason that passes by itself: a cool-down, a floor, another
// action under way? Then it may be asked for again.
bool may_pass(const Action& action);

// What somebody asks for.
struct ActionRequest {
  ActionKind kind = ActionKind::kDiagnose;
  std::string cluster;
  std::string instance;         // empty where it is about the cluster
  std::string by;               // "user:alice", "rule:NAME", "api"
  std::string reason;           // in the asker's words; may be empty
  std::string target;           // the command, webhook or topic of the configuration, by its
                                // name; of launch what to buy, see purchase.h; of release the ids;
                                // of roll_back the release, see actions/releases.h
  std::string text;             // of a message; of launch the ids in whose place they come
  std::optional<int> capacity;  // of set_capacity, and how many launch launches
  std::optional<bool> healthy;  // of set_health
  std::string incident;         // that it is about, by its id; may be empty
  std::string key;              // the asker's own, of at most one action; empty: none
  bool override_breaker = false;  // a person knows better than the breaker

  [[nodiscard]] bool by_rule() const { return by.starts_with("rule:"); }
  // The instances that it is about: the one, or those that release ends.
  [[nodiscard]] std::vector<std::string> instances() const;
  friend bool operator==(const ActionRequest&, const ActionRequest&) = default;
};

using ActionNotes = std::map<std::string, std::string>;

struct Action {
  std::string id;
  ActionRequest request;
  ActionState state = ActionState::kRefused;
  std::string deed;    // "reboot web-1 (i-0123)": what is, or would be, done
  std::string rule;    // which of the guard's rules decided; empty: none had anything against it
  std::string why;     // the decision, in a sentence
  ActionNotes inputs;  // the numbers that it was decided by
  int removes = 0;     // so many members are taken away by it
  Time requested_at{};
  std::optional<Time> expires_at;  // while it awaits approval
  std::string decided_by;          // who approved or rejected it
  std::optional<Time> decided_at;
  std::optional<Time> started_at;  // the intent was written
  std::optional<Time> finished_at;
  bool reconciled = false;  // its end was found out after a restart
  ActionNotes progress;     // what must be known to go on after a restart
  std::string result;       // what came of it, in a sentence
  std::string output;       // of the host; at most kLongestOutput
  friend bool operator==(const Action&, const Action&) = default;

  static constexpr std::size_t kLongestOutput = std::size_t{128} * 1024;
};

// While it is on, nothing is done.
struct StopSwitch {
  bool on = false;
  std::string by;
  std::string reason;
  std::optional<Time> at;  // when it was last changed
  friend bool operator==(const StopSwitch&, const StopSwitch&) = default;
};

}  // namespace livesonic
