// SPDX-License-Identifier: Apache-2.0
// Classic load balancers (Elastic Load Balancing, API version 2012-06-01).
#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/aws/tags.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

class Client;

struct LoadBalancer {
  std::string name;
  std::vector<std::string> instance_ids;  // as registered, in AWS's order
  std::string dns_name = {};
  std::string canonical_zone_id = {};  // of the Route 53 aliases that point at it
  std::string scheme = {};             // "internet-facing" or "internal"
  std::string vpc_id = {};
  std::optional<Time> created_at = {};
  friend bool operator==(const LoadBalancer&, const LoadBalancer&) = default;
};

struct InstanceHealth {
  std::string instance_id;  // "i-0123456789abcdef0"
  std::string state;        // "InService", "OutOfService" or "Unknown"
  std::string reason_code;  // "ELB", "Instance" or "N/A"
  std::string description;  // a sentence, or "N/A"
  friend bool operator==(const InstanceHealth&, const InstanceHealth&) = default;
};

// Thread-safe. Borrows the client. An answer is whole or an error, never a part of a list.
class Elb {
 public:
  explicit Elb(const Client& client) : client_(&client) {}

  // The named balancers, or all of the account's in the region when `names` is empty. A name that
  // AWS doesn't know makes the whole call fail with kNotFound.
  Result<std::vector<LoadBalancer>> describe_load_balancers(
      const std::vector<std::string>& names = {}, const std::stop_token& stop = {}) const;

  // All instances registered with the balancer `name`; kNotFound when there is no such balancer.
  Result<std::vector<InstanceHealth>> describe_instance_health(
      const std::string& name, const std::stop_token& stop = {}) const;

  // By name; each that was asked for is in the answer, and kNotFound as above. Asks for 20 a call.
  Result<std::map<std::string, Tags>> describe_tags(const std::vector<std::string>& names,
                                                    const std::stop_token& stop = {}) const;

  // The ids of all instances that are registered then. kNotFound when there is no such balancer,
  // kInvalidInput for an instance that there isn't. Repeating either harms nothing.
  Result<std::vector<std::string>> register_instances(const std::string& name,
                                                      const std::vector<std::string>& instance_ids,
                                                      const std::stop_token& stop = {}) const;
  Result<std::vector<std::string>> deregister_instances(
      const std::string& name, const std::vector<std::string>& instance_ids,
      const std::stop_token& stop = {}) const;

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
