// SPDX-License-Identifier: Apache-2.0
// One host of a cluster, as AWS describes it and as long as history knows it. Plain value.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/model/departure.h"

namespace livesonic {

enum class Lifecycle { kOnDemand, kSpot, kScheduled };

// AWS's announcement that it will take an instance's spot capacity back, or may.
struct Notice {
  bool interruption = false;     // else it is the recommendation to move elsewhere in time
  std::string action;            // of an interruption: "terminate", "stop" or "hibernate"
  Time at{};                     // when AWS said so
  std::optional<Time> deadline;  // of an interruption: when it happens
  friend bool operator==(const Notice&, const Notice&) = default;
};
// "spot interruption: terminate at 2026-03-01T08:32:00Z", for people.
std::string in_words(const Notice& notice);

// What EC2's status checks and the Auto Scaling group say of an instance. All empty where nobody
// was asked, or where it is in no group.
struct Standing {
  std::string status_checks;        // the worst of both: "ok", "initializing", "impaired", …
  std::vector<std::string> events;  // scheduled: "system-reboot on 2026-03-01T08:30:00Z: …"
  std::string group;                // the Auto Scaling group's name
  std::string group_state;          // "InService", "Standby", "Terminating:Wait", …
  std::string group_health;         // "Healthy" or "Unhealthy"
  bool protected_from_scale_in = false;
  std::string launch_template;  // "lt-0123 version 7", or a launch configuration's name
  std::string ports;            // of its registrations with target groups: "80, 8080"
  std::optional<Notice> notice;
  friend bool operator==(const Standing&, const Standing&) = default;
};

// An instance is known by (cluster, id): behind two balancers it is two records. Its addresses may
// be used again by others; its id never is. What is no EC2 instance has the id that AWS calls it
// by: a task's id, "ip-10.0.3.7" for an address, a host's name.
struct Instance {
  std::string cluster;
  std::string id;    // i-0123456789abcdef0
  std::string name;  // the tag Name; empty when it has none
  std::map<std::string, std::string> tags;

  // What the balancer says; where there is none, what stands in its place.
  std::string balancer_state;        // "InService", "OutOfService", "Unknown", "healthy", …
  std::string balancer_reason;       // "ELB", "Instance", "N/A"
  std::string balancer_description;  // a sentence; "N/A" when there is nothing to say

  // What EC2 says.
  std::string ec2_state;  // "running", "terminated", …; empty while EC2 doesn't know it yet
  std::string public_dns;
  std::string private_dns;
  std::string public_ip;
  std::string private_ip;
  std::string availability_zone;
  std::string type;      // "c6i.large"
  std::string image_id;  // "ami-…"
  Lifecycle lifecycle = Lifecycle::kOnDemand;
  std::optional<Time> launched_at;
  Standing standing;

  // What we saw.
  Time first_seen{};
  Time last_seen{};  // the last time the balancer listed it
  std::optional<Time>
      missing_since;  // the balancer stopped listing it, but that isn't believed yet
  std::optional<Departure> departure;  // retired: no longer watched, history kept

  [[nodiscard]] bool watched() const { return !departure.has_value(); }
  // The name for people: the tag Name, else the id.
  [[nodiscard]] const std::string& label() const { return name.empty() ? id : name; }
  friend bool operator==(const Instance&, const Instance&) = default;
};

// Does the balancer, or what stands in its place, send work to a member in this state? "InService",
// "healthy", "RUNNING", "running" and "listed" are such.
bool is_in_service(std::string_view balancer_state);

std::string_view to_string(Lifecycle lifecycle);  // "on-demand", "spot", "scheduled"
Result<Lifecycle> parse_lifecycle(std::string_view text);

}  // namespace livesonic
