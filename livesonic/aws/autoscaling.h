// SPDX-License-Identifier: Apache-2.0
// Auto Scaling groups (Amazon EC2 Auto Scaling, API version 2011-01-01).
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

// Which launch template, or which version of one.
struct LaunchTemplateRef {
  std::string id;       // "lt-…"; in requests, this or the name
  std::string name;     // perhaps empty in answers
  std::string version;  // a number, "$Latest" or "$Default"; perhaps empty, for the default
  friend bool operator==(const LaunchTemplateRef&, const LaunchTemplateRef&) = default;
};

struct AutoScalingInstance {
  std::string id;
  std::string group_name;
  std::string availability_zone;
  std::string type;             // "c6i.large"
  std::string lifecycle_state;  // "Pending", "InService", "Terminating:Wait", "Standby", …
  std::string health_status;    // "Healthy" or "Unhealthy", in either case
  bool protected_from_scale_in = false;
  std::optional<LaunchTemplateRef> launch_template;
  std::string launch_configuration_name;  // of groups without a template
  std::int64_t weighted_capacity = 0;     // 0: none is given, which counts as 1
  friend bool operator==(const AutoScalingInstance&, const AutoScalingInstance&) = default;
};

struct AutoScalingGroup {
  std::string name;
  std::string arn;
  std::int64_t min_size = 0;
  std::int64_t max_size = 0;
  std::int64_t desired_capacity = 0;
  std::string desired_capacity_type;  // "units" (also when empty), "vcpu" or "memory-mib"
  std::vector<AutoScalingInstance> instances;
  // The group's own, or that of its mixed instances policy; empty with a launch configuration.
  std::optional<LaunchTemplateRef> launch_template;
  std::string launch_configuration_name;
  bool mixed_instances = false;  // it has a mixed instances policy
  bool capacity_rebalance = false;
  bool new_instances_protected = false;          // from scaling in
  std::string health_check_type;                 // "EC2", "ELB", …; several separated by commas
  std::vector<std::string> load_balancer_names;  // classic ones
  std::vector<std::string> target_group_arns;
  std::vector<std::string> availability_zones;
  std::vector<std::string> subnet_ids;
  std::vector<std::string> suspended_processes;  // "Launch", "Terminate", "ReplaceUnhealthy", …
  std::string status;                            // empty, or "Delete in progress"
  Tags tags;
  std::optional<Time> created_at;
  friend bool operator==(const AutoScalingGroup&, const AutoScalingGroup&) = default;
};

// Something that a group does or did.
struct ScalingActivity {
  std::string id;
  std::string group_name;
  std::string description;  // "Terminating EC2 instance: i-0123456789abcdef0"
  std::string cause;        // "At 2026-03-01T08:30:00Z a user request …"
  std::string status;       // "InProgress", "Successful", "Failed", "Cancelled", …
  std::string status_message;
  std::string details;  // JSON
  std::optional<Time> started_at;
  std::optional<Time> ended_at;  // empty while it is under way
  friend bool operator==(const ScalingActivity&, const ScalingActivity&) = default;
};

// What changes the group's size by itself.
struct GroupPolicy {
  std::string group_name;
  std::string name;
  std::string type;  // "TargetTrackingScaling", "StepScaling", "SimpleScaling", "PredictiveScaling"
  bool enabled = true;
  friend bool operator==(const GroupPolicy&, const GroupPolicy&) = default;
};

struct InstanceRefresh {
  std::string id;
  std::string group_name;
  std::string status;  // "Pending", "InProgress", "Successful", "RollbackInProgress", …
  std::string status_reason;
  std::optional<Time> started_at;
  std::optional<Time> ended_at;
  std::int64_t percentage_complete = 0;
  std::int64_t instances_to_update = 0;
  std::optional<LaunchTemplateRef> desired_launch_template;
  friend bool operator==(const InstanceRefresh&, const InstanceRefresh&) = default;
};

// What is empty is AWS's to decide.
struct RefreshPreferences {
  std::optional<std::int64_t> min_healthy_percentage = {};  // 0 to 100
  std::optional<std::int64_t> max_healthy_percentage = {};  // 100 to 200; needs the minimum
  std::optional<std::int64_t> instance_warmup = {};         // seconds
  std::optional<bool> skip_matching = {};                   // instances that need no replacement
  std::optional<bool> auto_rollback = {};
};

enum class Capacity { kKept, kDecremented };

// Thread-safe. Borrows the client. An answer is whole or an error, never a part of a list.
// AWS calls a group or an instance that doesn't exist a ValidationError (kInvalidInput) wherever it
// must exist.
class AutoScaling {
 public:
  explicit AutoScaling(const Client& client) : client_(&client) {}

  // All of the account's in the region that pass the filters ("tag:NAME", "tag-key", …).
  Result<std::vector<AutoScalingGroup>> describe_groups(const Filters& filters = {},
                                                        const std::stop_token& stop = {}) const;
  // Those of these names; a name that AWS doesn't know is left out. Asks for 100 a call; no call is
  // made for no names.
  Result<std::vector<AutoScalingGroup>> describe_groups_named(
      const std::vector<std::string>& names, const std::stop_token& stop = {}) const;

  // Those of these ids that are in a group, of whatever name. Asks for 50 a call; no call is made
  // for no ids.
  Result<std::vector<AutoScalingInstance>> describe_instances(
      const std::vector<std::string>& ids, const std::stop_token& stop = {}) const;

  // The group's activities that began at `since` or later or are still under way, the newest first;
  // AWS keeps six weeks of them. A group that was deleted still has its own.
  Result<std::vector<ScalingActivity>> describe_activities(const std::string& group, Time since,
                                                           const std::stop_token& stop = {}) const;

  Result<std::vector<GroupPolicy>> describe_policies(const std::string& group,
                                                     const std::stop_token& stop = {}) const;

  // Within the group's bounds. While a scaling activity is under way it fails, with kConflict, only
  // when the group's cooldown is to be honoured.
  Result<void> set_desired_capacity(const std::string& group, std::int64_t capacity,
                                    bool honor_cooldown = false,
                                    const std::stop_token& stop = {}) const;
  // A group whose capacity is kept launches another in its place.
  Result<ScalingActivity> terminate_instance(const std::string& instance_id, Capacity capacity,
                                             const std::stop_token& stop = {}) const;

  // What the group is to think of the instance; one that is unhealthy it replaces. With
  // `respect_grace` a new instance's grace period is waited for.
  Result<void> set_instance_health(const std::string& instance_id, bool healthy,
                                   bool respect_grace = false,
                                   const std::stop_token& stop = {}) const;

  // The next four take at most kMaxInstances ids, or protection kMaxProtected, in one call.
  static constexpr std::size_t kMaxInstances = 20;
  static constexpr std::size_t kMaxProtected = 50;
  Result<std::vector<ScalingActivity>> enter_standby(const std::string& group,
                                                     const std::vector<std::string>& instance_ids,
                                                     Capacity capacity,
                                                     const std::stop_token& stop = {}) const;
  Result<std::vector<ScalingActivity>> exit_standby(const std::string& group,
                                                    const std::vector<std::string>& instance_ids,
                                                    const std::stop_token& stop = {}) const;
  Result<std::vector<ScalingActivity>> detach_instances(
      const std::string& group, const std::vector<std::string>& instance_ids, Capacity capacity,
      const std::stop_token& stop = {}) const;
  Result<void> set_instance_protection(const std::string& group,
                                       const std::vector<std::string>& instance_ids,
                                       bool protected_from_scale_in,
                                       const std::stop_token& stop = {}) const;

  // The id of the refresh, which replaces all instances in rolling steps; kConflict while another
  // is under way. With `desired`, by instances of that template.
  Result<std::string> start_instance_refresh(const std::string& group,
                                             const RefreshPreferences& preferences = {},
                                             const std::optional<LaunchTemplateRef>& desired = {},
                                             const std::stop_token& stop = {}) const;
  // The newest first; AWS keeps six weeks of them.
  Result<std::vector<InstanceRefresh>> describe_instance_refreshes(
      const std::string& group, const std::stop_token& stop = {}) const;
  // The id of the refresh that is given up; kNotFound when none is under way. What was replaced
  // stays replaced.
  Result<std::string> cancel_instance_refresh(const std::string& group,
                                              const std::stop_token& stop = {}) const;
  // The id of the refresh that is given up, and undone: what was replaced is replaced again, by
  // what the group launched before. kNotFound when none is under way. AWS refuses where the refresh
  // had no template of its own, or the group's version is "$Latest" or "$Default".
  Result<std::string> rollback_instance_refresh(const std::string& group,
                                                const std::stop_token& stop = {}) const;

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
