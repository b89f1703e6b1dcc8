// SPDX-License-Identifier: Apache-2.0
// What AWS announces to an EC2 instance about its own end: spot interruptions, rebalance
// recommendations, maintenance, its place in an Auto Scaling group. Pure functions of the documents
// of the instance metadata service. Notices tell of the future, so they don't change the score.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace serverscore {

// Every text is printable ASCII of at most 256 characters.

// meta-data/spot/instance-action
struct SpotAction {
  std::string action;  // "terminate", "stop" or "hibernate"
  std::string time;    // about when, UTC: "2017-09-18T08:22:00Z"
};

// One of meta-data/events/maintenance/scheduled
struct Maintenance {
  std::string code;        // "system-reboot", "instance-stop", ...
  std::string state;       // "active", "completed" or "canceled"
  std::string not_before;  // "21 Jan 2019 09:00:43 GMT"
  std::string not_after;
  std::string description;
  std::string event_id;
};

struct Notices {
  // Why some or all could not be had; empty when all were.
  std::string unavailable;
  std::optional<SpotAction> spot_action;
  // meta-data/events/recommendations/rebalance: since when, UTC
  std::optional<std::string> rebalance_time;
  std::vector<Maintenance> maintenance;  // at most 16
  // meta-data/autoscaling/target-lifecycle-state: "InService", "Terminated", "Warmed:Stopped", ...;
  // empty outside an Auto Scaling group.
  std::string lifecycle_state;
};

// The documents. False, and nothing is changed, where a document isn't what it should be.
bool take_spot_action(std::string_view json, Notices& notices);
bool take_rebalance(std::string_view json, Notices& notices);
bool take_maintenance(std::string_view json, Notices& notices);
bool take_lifecycle_state(std::string_view text, Notices& notices);

// What is known when `fresh` has been had: where it is incomplete, what was known before stands for
// what it lacks. Notices are hardly ever withdrawn, and a service that fails once withdraws none.
Notices keep_known(Notices known, Notices fresh);

// For people, a line each without its end, the most urgent first: "spot: AWS will terminate this
// instance at 2017-09-18T08:22:00Z". Empty when there is nothing to say.
std::vector<std::string> describe(const Notices& notices);

}  // namespace serverscore
