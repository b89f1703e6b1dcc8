// SPDX-License-Identifier: Apache-2.0
// What is kept of actions: every one of them, for ever, and the switch that stops them all.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/action.h"

namespace livesonic::storage {

struct ActionQuery {
  std::optional<std::string> cluster = std::nullopt;
  std::optional<std::string> instance = std::nullopt;
  std::optional<std::string> incident = std::nullopt;
  std::optional<ActionKind> kind = std::nullopt;
  std::optional<ActionState> state = std::nullopt;
  std::string before = {};  // an action's id: only those older than it; empty: from the newest on
  int limit = 100;          // 1..1000
};

// Thread-safe. Each call is one transaction: durable when it returns.
class Actions {
 public:
  virtual ~Actions() = default;

  // kConflict when there is one of this id, or of this cluster and key, already.
  virtual Result<void> add_action(const Action& action) = 0;
  // Replaces what is kept of it, if its state is still `from`; kConflict, and nothing written, when
  // it isn't, so that of two who would decide or begin it only one does. kNotFound.
  virtual Result<void> move_action(const Action& action, ActionState from) = 0;
  // As above, but kConflict also while the stop switch is on: what is written is the intent to act,
  // and after the switch has been thrown there are no more of them.
  virtual Result<void> begin_action(const Action& action) = 0;

  virtual Result<Action> action(const std::string& id) = 0;  // kNotFound
  // The one with this key in this cluster, if there is one.
  virtual Result<std::optional<Action>> action_of_key(const std::string& cluster,
                                                      const std::string& key) = 0;
  // The newest first. Without their outputs. kNotFound when there is no action `before`.
  virtual Result<std::vector<Action>> actions(const ActionQuery& query) = 0;
  // Those that are not over, the oldest first.
  virtual Result<std::vector<Action>> unfinished_actions() = 0;
  // The cluster's that were begun or finished at `since` or later, or are not over. No outputs.
  virtual Result<std::vector<Action>> recent_actions(const std::string& cluster, Time since) = 0;

  virtual Result<StopSwitch> stop_switch() = 0;  // off when it was never touched
  virtual Result<void> set_stop_switch(const StopSwitch& state) = 0;
};

}  // namespace livesonic::storage
