// SPDX-License-Identifier: Apache-2.0
// What AWS tells unasked: events that EventBridge puts on a queue, by itself or through SNS. Pure,
// and made for messages that anybody may have written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::discovery {

enum class CloudEventKind {
  kInstanceState,     // EC2: an instance is pending, running, stopping, …
  kSpotInterruption,  // EC2 will take a spot instance back in two minutes
  kRebalance,         // EC2 may take a spot instance back, it thinks
  kGroup,             // Auto Scaling: launched, terminated, lifecycle actions, instance refreshes
  kService,           // ECS: a task, a deployment or the service itself
  kHealth,            // AWS Health: something is wrong, or planned, with instances
  kBalancer,          // targets were registered or deregistered, as CloudTrail has it
  kOther,             // nothing that concerns a fleet
};

// Everything is empty that the event doesn't say.
struct CloudEvent {
  CloudEventKind kind = CloudEventKind::kOther;
  std::string id;       // the same when EventBridge delivers it twice
  std::string type;     // "EC2 Instance State-change Notification"
  std::string account;  // twelve digits
  std::string region;
  std::optional<Time> at;
  std::vector<std::string> instances;  // EC2's ids, at most kMostInstances
  std::string group;                   // an Auto Scaling group's name
  std::string service;                 // of ECS: CLUSTER/SERVICE
  std::string task;                    // its id
  std::string balancer;                // a classic one's name
  std::string target_group;            // its name
  // The word that matters: an instance's or task's state, what is to become of a spot instance
  // ("terminate", "stop", "hibernate"), an Auto Scaling group's cause, a code of AWS Health.
  std::string detail;
  friend bool operator==(const CloudEvent&, const CloudEvent&) = default;
};

inline constexpr std::size_t kMostInstances = 1000;

// The event in a message's body. What is an event, but none that concerns a fleet, is kOther;
// kInvalidInput for all that is no event, or lacks what its type must have.
Result<CloudEvent> parse_cloud_event(std::string_view body);

}  // namespace livesonic::discovery
