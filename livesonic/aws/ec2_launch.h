// SPDX-License-Identifier: Apache-2.0
// Launch templates, and launching instances by fleets (Amazon EC2, API version 2016-11-15).
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/aws/tags.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

class Client;

struct LaunchTemplate {
  std::string id;  // "lt-…"
  std::string name;
  std::int64_t default_version = 0;
  std::int64_t latest_version = 0;
  Tags tags;
  std::optional<Time> created_at;
  friend bool operator==(const LaunchTemplate&, const LaunchTemplate&) = default;
};

struct LaunchTemplateVersion {
  std::string template_id;
  std::string template_name;
  std::int64_t version = 0;
  bool is_default = false;
  std::string description;
  std::string image_id;       // "ami-…", or "resolve:ssm:…"; empty: not decided here
  std::string instance_type;  // empty: not decided here
  std::optional<Time> created_at;
  friend bool operator==(const LaunchTemplateVersion&, const LaunchTemplateVersion&) = default;
};

// One kind of instance that a fleet may launch, where.
struct FleetOverride {
  std::string instance_type;
  std::string subnet_id = {};  // this or a zone, or neither
  std::string availability_zone = {};
  std::optional<double> max_price = {};  // US dollars an hour, of spot instances
  std::optional<double> priority = {};   // the lowest goes first
  std::optional<double> weight = {};     // what an instance counts; 1
};

struct FleetRequest {
  // At most 64 letters, digits and signs. AWS launches nothing more for a token that it has seen,
  // so a call may be repeated, ours included.
  std::string client_token;
  std::string launch_template_id;
  std::string launch_template_version;  // a number, "$Latest" or "$Default"
  std::vector<FleetOverride> overrides;
  std::int64_t spot_capacity = 0;
  std::int64_t on_demand_capacity = 0;
  std::string spot_strategy = {};       // "price-capacity-optimized", …; empty: AWS's default
  std::string on_demand_strategy = {};  // "lowest-price" or "prioritized"
  std::optional<double> spot_max_total_price = {};  // US dollars an hour, of all together
  std::optional<double> on_demand_max_total_price = {};
  Tags instance_tags = {};
};

struct FleetInstances {
  std::vector<std::string> ids;
  std::string instance_type;
  std::string availability_zone;  // perhaps empty
  std::string lifecycle;          // "spot" or "on-demand"
  friend bool operator==(const FleetInstances&, const FleetInstances&) = default;
};

// Why an override could not be launched.
struct FleetError {
  std::string code;  // "InsufficientInstanceCapacity", "MaxSpotInstanceCountExceeded", …
  std::string message;
  std::string instance_type;
  std::string availability_zone;
  std::string lifecycle;
  friend bool operator==(const FleetError&, const FleetError&) = default;
};

struct FleetResult {
  std::string id;                         // "fleet-…"
  std::vector<FleetInstances> instances;  // launched: perhaps fewer than asked for
  std::vector<FleetError> errors;
  friend bool operator==(const FleetResult&, const FleetResult&) = default;
};

// Thread-safe. Borrows the client. An answer is whole or an error, never a part of a list.
class Ec2Launch {
 public:
  explicit Ec2Launch(const Client& client) : client_(&client) {}

  // Those of `ids`; kNotFound when one is unknown. Asks for 200 a call; no call is made for no ids.
  Result<std::vector<LaunchTemplate>> describe_templates(const std::vector<std::string>& ids,
                                                         const std::stop_token& stop = {}) const;
  // All that pass the filters ("launch-template-name", "tag:NAME", …).
  Result<std::vector<LaunchTemplate>> find_templates(const Filters& filters,
                                                     const std::stop_token& stop = {}) const;
  // Of one template, the given ones (numbers, "$Latest", "$Default"), or all when none is given.
  // kNotFound when the template or a version is unknown.
  Result<std::vector<LaunchTemplateVersion>> describe_versions(
      const std::string& template_id, const std::vector<std::string>& versions,
      const std::stop_token& stop = {}) const;

  // Launches what can be launched at once, by a fleet of type "instant", and never more later.
  Result<FleetResult> create_fleet(const FleetRequest& request,
                                   const std::stop_token& stop = {}) const;

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
