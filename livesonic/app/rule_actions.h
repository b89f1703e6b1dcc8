// SPDX-License-Identifier: Apache-2.0
// Asks, for alerting's rules, for the actions that their open incidents call for.
#pragma once

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
  // One instance's, one after another.
  void ask(const std::vector<ActionRequest>& requests, const std::stop_token& stop);

  Core& core_;
  actions::Desk& desk_;
  std::set<std::string> over_;  // keys of requests of which nothing more comes
};

}  // namespace livesonic::app
