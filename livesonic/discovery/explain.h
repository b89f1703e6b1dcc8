// SPDX-License-Identifier: Apache-2.0
// Why did an instance leave? A pure decision from what AWS says about it. The words that are looked
// for are AWS's own: of EC2's StateReason, of spot requests' status codes, of the causes in the
// Auto Scaling groups' activities and of ECS' stop codes.
#pragma once

#include <string>

#include "livesonic/base/clock.h"
#include "livesonic/model/departure.h"

namespace livesonic::discovery {

// Everything is empty that nobody said.
struct Evidence {
  // EC2, or ECS for a task. An empty state: it is not known there any more.
  std::string ec2_state = {};
  std::string state_reason_code = {};  // "Client.UserInitiatedShutdown"
  std::string state_reason = {};       // "Client.UserInitiatedShutdown: User initiated shutdown"
  std::string transition_reason = {};  // "User initiated (2026-03-01 08:30:00 GMT)"
  std::string spot_status = {};        // "instance-terminated-no-capacity"
  std::string spot_message = {};

  // The Auto Scaling group's activity that ended it, or took it out.
  std::string group = {};
  std::string activity = {};  // "Terminating EC2 instance: i-…"
  std::string cause = {};     // "At 2026-03-01T08:30:00Z an instance was taken out of service …"
  std::string group_state = {};  // the last that was known: "Standby", "Terminating:Wait", …

  // ECS.
  std::string stop_code = {};  // "ServiceSchedulerInitiated", "SpotInterruption", …
  std::string stopped_reason = {};

  // AWS had announced it, not long before. Empty when it hadn't.
  std::string interruption = {};  // "spot interruption: terminate at …"
  std::string recommendation = {};

  // Livesonic itself drained and ended it, being too many; why. Empty when it didn't.
  std::string released = {};

  // The members' list left it out (of whatever: the balancer, the group, the tags).
  bool left_out = false;
  std::string lister = "the balancer";
  // Others of another image or launch template joined the cluster not long before; which.
  std::string newer = {};
};

Departure explain(const Evidence& evidence, Time at);

// AWS was told to end or stop it: nothing is to be watched there, and nothing is wrong.
bool has_ended(const std::string& ec2_state);
// Would an Auto Scaling group's activities, or a spot request, tell more than is known?
bool wants_more(const Evidence& evidence);

}  // namespace livesonic::discovery
