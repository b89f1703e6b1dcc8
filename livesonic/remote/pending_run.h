// SPDX-License-Identifier: Apache-2.0
// One call to Remote::run() on its way, for implementations that hand it from thread to thread.
#pragma once

#include <utility>
#include <vector>

#include "livesonic/remote/remote.h"

namespace livesonic::remote {

// Owned by whoever works on it, one at a time. Its end calls `done`, also when it is thrown away:
// commands that have no result by then were not tried.
struct PendingRun {
  PendingRun(std::vector<Command> what, Done then)
      : commands(std::move(what)), done(std::move(then)) {
    CommandResult result;
    result.detail = "Livesonic is stopping, or too much is waiting";
    results.assign(commands.size(), result);
  }
  ~PendingRun() { done(std::move(results)); }
  // False, with the results saying so, when a command has an input: it would not get there.
  bool needs_no_input() {
    bool none = true;
    for (std::size_t i = 0; i < commands.size(); ++i) {
      if (commands[i].input == nullptr) continue;
      results[i].detail = "this way to the host brings a command no input";
      none = false;
    }
    return none;
  }
  PendingRun(const PendingRun&) = delete;
  PendingRun& operator=(const PendingRun&) = delete;

  const std::vector<Command> commands;
  const Done done;
  std::vector<CommandResult> results;
};

}  // namespace livesonic::remote
