// SPDX-License-Identifier: Apache-2.0
// Asks, for alerting's rules, for the actions that their open incidents call for.
#pragma once

#include <map>
#include <set>
#include <stop_token>
#include <string>

#include "livesonic/actions/desk.h"
#include "livesonic/app/core.h"

namespace livesonic::app {

// What is asked for stands in the store with a key, so that a crash between the incident and the
// request loses nothing, and asking again does nothing twice. Not thread-safe: one thread calls it,
// every few seconds.
class RuleActions {
 public:
  RuleActions(Core& core, actions::Desk& desk) : core_(core), desk_(desk) {}
  void operator()(const std::stop_token& stop);

 private:
  // How far one remedy is.
  struct Progress {
    int refusals = 0;
    Time next{};        // when to ask (again)
    bool over = false;  // nothing more comes of it
  };
  // One instance's, one after another.
  void ask(const std::vector<ActionRequest>& requests, const std::stop_token& stop);
  // Is it over? Else the next one waits for it.
  bool pursue(ActionRequest request, Progress& progress, const std::stop_token& stop);

  Core& core_;
  actions::Desk& desk_;
  std::map<std::string, Progress> progress_;  // by the remedy's key
};

}  // namespace livesonic::app
