// SPDX-License-Identifier: Apache-2.0
// One host of a cluster, as AWS describes it and as long as history knows it. Plain value.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic {

enum class Lifecycle { kOnDemand, kSpot, kScheduled };

// An instance is known by (cluster, id): behind two balancers it is two records. Its addresses may
// be used again by others; its id never is.
struct Instance {
  std::string cluster;
  std::string id;    // i-0123456789abcdef0
  std::string name;  // the tag Name; empty when it has none
  std::map<std::string, std::string> tags;

  // What the balancer says.
  std::string balancer_state;        // "InService", "OutOfService", "Unknown"
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

  // What we saw.
  Time first_seen{};
  Time last_seen{};  // the last time the balancer listed it
  std::optional<Time>
      missing_since;            // the balancer stopped listing it, but that isn't believed yet
  std::optional<Time> gone_at;  // retired: no longer watched, history kept
  std::string gone_reason;      // why it was retired, in a few words

  [[nodiscard]] bool watched() const { return !gone_at.has_value(); }
  // The name for people: the tag Name, else the id.
  [[nodiscard]] const std::string& label() const { return name.empty() ? id : name; }
  friend bool operator==(const Instance&, const Instance&) = default;
};

std::string_view to_string(Lifecycle lifecycle);  // "on-demand", "spot", "scheduled"
Result<Lifecycle> parse_lifecycle(std::string_view text);

}  // namespace livesonic
