// SPDX-License-Identifier: Apache-2.0
// Classic load balancers (Elastic Load Balancing, API version 2012-06-01).
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/base/result.h"

namespace livesonic::aws {

class Client;

struct LoadBalancer {
  std::string name;
  std::vector<std::string> instance_ids;  // as registered, in AWS's order
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

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
