// SPDX-License-Identifier: Apache-2.0
// Application, network and gateway load balancers and their target groups (Elastic Load Balancing,
// API version 2015-12-01).
#pragma once

#include <cstdint>
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

struct LoadBalancerV2 {
  std::string arn;
  std::string name;
  std::string type;          // "application", "network" or "gateway"
  std::string state;         // "active", "provisioning", "active_impaired" or "failed"
  std::string state_reason;  // mostly empty
  std::string scheme;        // "internet-facing" or "internal"; empty for gateways
  std::string dns_name;
  std::string canonical_zone_id;  // of the Route 53 aliases that point at it
  std::string vpc_id;
  std::vector<std::string> availability_zones;
  std::optional<Time> created_at;
  friend bool operator==(const LoadBalancerV2&, const LoadBalancerV2&) = default;
};

struct TargetGroup {
  std::string arn;
  std::string name;
  std::string target_type;                      // "instance", "ip", "lambda" or "alb"
  std::string protocol;                         // "HTTP", "TCP", …; empty for Lambda functions
  std::int64_t port = 0;                        // 0: none, for Lambda functions
  std::string vpc_id;                           // empty for Lambda functions
  std::vector<std::string> load_balancer_arns;  // those that forward to it: none or one
  bool health_check_enabled = true;
  friend bool operator==(const TargetGroup&, const TargetGroup&) = default;
};

// As a target group knows it. The same id may be registered with several ports.
struct Target {
  std::string id;  // an instance id, an IP address, or the ARN of a Lambda function or a balancer
  std::int64_t port = 0;               // 0: the group's, or none
  std::string availability_zone = {};  // "all" for addresses outside the VPC; mostly empty
  friend bool operator==(const Target&, const Target&) = default;
};

struct TargetHealth {
  Target target;
  std::string state;  // "initial", "healthy", "unhealthy", "unused", "draining", "unavailable", …
  std::string reason;       // "Target.FailedHealthChecks", …; empty when healthy
  std::string description;  // a sentence, or empty
  friend bool operator==(const TargetHealth&, const TargetHealth&) = default;
};

// Thread-safe. Borrows the client. An answer is whole or an error, never a part of a list.
class ElbV2 {
 public:
  explicit ElbV2(const Client& client) : client_(&client) {}

  // All of the account's in the region.
  Result<std::vector<LoadBalancerV2>> describe_all_load_balancers(
      const std::stop_token& stop = {}) const;
  // Those of these names or ARNs, which may be mixed; one that AWS doesn't know makes the whole
  // call fail with kNotFound. Asks for 20 a call; no call is made for none.
  Result<std::vector<LoadBalancerV2>> describe_load_balancers(
      const std::vector<std::string>& names_or_arns, const std::stop_token& stop = {}) const;

  // All of the account's in the region.
  Result<std::vector<TargetGroup>> describe_all_target_groups(
      const std::stop_token& stop = {}) const;
  // Those of these names or ARNs, as with balancers.
  Result<std::vector<TargetGroup>> describe_target_groups(
      const std::vector<std::string>& names_or_arns, const std::stop_token& stop = {}) const;
  // Those that the balancer forwards to; kNotFound when there is no such balancer.
  Result<std::vector<TargetGroup>> describe_target_groups_of(
      const std::string& load_balancer_arn, const std::stop_token& stop = {}) const;

  // All targets registered with the group; kNotFound when there is no such group.
  Result<std::vector<TargetHealth>> describe_target_health(const std::string& target_group_arn,
                                                           const std::stop_token& stop = {}) const;

  // Of balancers and target groups, by ARN; each that was asked for is in the answer. One that AWS
  // doesn't know makes the whole call fail with kNotFound. Asks for 20 a call.
  Result<std::map<std::string, Tags>> describe_tags(const std::vector<std::string>& arns,
                                                    const std::stop_token& stop = {}) const;

  // Both ask for 100 targets a call; when a later call fails, the earlier ones have taken effect.
  // Deregistered targets are drained first. Repeating either harms nothing.
  Result<void> register_targets(const std::string& target_group_arn,
                                const std::vector<Target>& targets,
                                const std::stop_token& stop = {}) const;
  Result<void> deregister_targets(const std::string& target_group_arn,
                                  const std::vector<Target>& targets,
                                  const std::stop_token& stop = {}) const;

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
