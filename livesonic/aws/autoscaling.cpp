// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/autoscaling.h"

#include <cstddef>
#include <utility>

#include "livesonic/aws/query_calls.h"
#include "livesonic/aws/shapes.h"
#include "livesonic/base/text.h"

namespace livesonic::aws {
namespace {

constexpr Service kAutoScaling{
    .id = "autoscaling", .api_version = "2011-01-01", .key = "auto_scaling"};
// The most that AWS takes in one call, and gives in one page.
constexpr std::size_t kGroupsPerCall = 100;
constexpr std::size_t kInstancesPerCall = 50;
constexpr const char* kPageSize = "100";

Query query(const char* operation, Fields form) {
  return {.service = kAutoScaling, .operation = operation, .form = std::move(form)};
}

std::string instance_id(const xml::Element& element) {
  std::string id = element.required_text("InstanceId");
  if (!id.empty() && !is_instance_id(id)) {
    element.complain("InstanceId", fmt::format("'{}' is no instance id", id));
  }
  return id;
}

std::optional<LaunchTemplateRef> read_template(const xml::Element& element) {
  if (!element) return std::nullopt;
  return LaunchTemplateRef{.id = element.text("LaunchTemplateId"),
                           .name = element.text("LaunchTemplateName"),
                           .version = element.text("Version")};
}

AutoScalingInstance read_instance(const xml::Element& element) {
  AutoScalingInstance instance;
  instance.id = instance_id(element);
  instance.group_name = element.text("AutoScalingGroupName");
  instance.availability_zone = element.text("AvailabilityZone");
  instance.type = element.text("InstanceType");
  instance.lifecycle_state = element.required_text("LifecycleState");
  instance.health_status = element.text("HealthStatus");
  instance.protected_from_scale_in = element.boolean("ProtectedFromScaleIn", false);
  instance.launch_template = read_template(element.child("LaunchTemplate"));
  instance.launch_configuration_name = element.text("LaunchConfigurationName");
  instance.weighted_capacity = element.count("WeightedCapacity", 0);
  return instance;
}

std::vector<std::string> texts(const xml::Element& element, const char* list) {
  std::vector<std::string> found;
  for (const xml::Element& one : element.list(list, "member")) found.push_back(one.value());
  return found;
}

AutoScalingGroup read_group(const xml::Element& element) {
  AutoScalingGroup group;
  group.name = element.required_text("AutoScalingGroupName");
  group.arn = element.text("AutoScalingGroupARN");
  for (const char* size : {"MinSize", "MaxSize", "DesiredCapacity"}) {
    static_cast<void>(element.required_text(size));
  }
  group.min_size = element.count("MinSize", 0);
  group.max_size = element.count("MaxSize", 0);
  group.desired_capacity = element.count("DesiredCapacity", 0);
  group.desired_capacity_type = element.text("DesiredCapacityType");
  for (const xml::Element& one : element.list("Instances", "member")) {
    group.instances.push_back(read_instance(one));
    group.instances.back().group_name = group.name;
  }
  const xml::Element mixed = element.child("MixedInstancesPolicy");
  group.mixed_instances = static_cast<bool>(mixed);
  group.launch_template =
      read_template(mixed ? mixed.child("LaunchTemplate").child("LaunchTemplateSpecification")
                          : element.child("LaunchTemplate"));
  group.launch_configuration_name = element.text("LaunchConfigurationName");
  group.capacity_rebalance = element.boolean("CapacityRebalance", false);
  group.new_instances_protected = element.boolean("NewInstancesProtectedFromScaleIn", false);
  group.health_check_type = element.text("HealthCheckType");
  group.load_balancer_names = texts(element, "LoadBalancerNames");
  group.target_group_arns = texts(element, "TargetGroupARNs");
  group.availability_zones = texts(element, "AvailabilityZones");
  const std::string subnets = element.text("VPCZoneIdentifier");
  for (const std::string_view part : split(subnets, ',')) {
    if (!trim(part).empty()) group.subnet_ids.emplace_back(trim(part));
  }
  for (const xml::Element& one : element.list("SuspendedProcesses", "member")) {
    group.suspended_processes.push_back(one.required_text("ProcessName"));
  }
  group.status = element.text("Status");
  for (const xml::Element& tag : element.list("Tags", "member")) {
    group.tags.insert_or_assign(tag.required_text("Key"), tag.text("Value"));
  }
  group.created_at = element.time("CreatedTime");
  return group;
}

ScalingActivity read_activity(const xml::Element& element) {
  ScalingActivity activity;
  activity.id = element.required_text("ActivityId");
  activity.group_name = element.text("AutoScalingGroupName");
  activity.description = element.text("Description");
  activity.cause = element.text("Cause");
  activity.status = element.required_text("StatusCode");
  activity.status_message = element.text("StatusMessage");
  activity.details = element.text("Details");
  activity.started_at = element.time("StartTime");
  activity.ended_at = element.time("EndTime");
  return activity;
}

std::vector<ScalingActivity> read_activities(const xml::Element& result) {
  std::vector<ScalingActivity> activities;
  for (const xml::Element& one : result.list("Activities", "member")) {
    activities.push_back(read_activity(one));
  }
  return activities;
}

InstanceRefresh read_refresh(const xml::Element& element) {
  InstanceRefresh refresh;
  refresh.id = element.required_text("InstanceRefreshId");
  refresh.group_name = element.text("AutoScalingGroupName");
  refresh.status = element.required_text("Status");
  refresh.status_reason = element.text("StatusReason");
  refresh.started_at = element.time("StartTime");
  refresh.ended_at = element.time("EndTime");
  refresh.percentage_complete = element.count("PercentageComplete", 0);
  refresh.instances_to_update = element.count("InstancesToUpdate", 0);
  const xml::Element desired = element.child("DesiredConfiguration");
  const xml::Element mixed = desired.child("MixedInstancesPolicy");
  refresh.desired_launch_template =
      read_template(mixed ? mixed.child("LaunchTemplate").child("LaunchTemplateSpecification")
                          : desired.child("LaunchTemplate"));
  return refresh;
}

std::string decrement(Capacity capacity) {
  return to_form(capacity == Capacity::kDecremented);
}

// Too many ids would be refused by AWS with words about XML.
Result<void> check_ids(const char* operation, const std::vector<std::string>& ids,
                       std::size_t most) {
  if (!ids.empty() && ids.size() <= most) return {};
  return fail(ErrorKind::kInvalidInput,
              fmt::format("{}: it takes 1 to {} instances, not {}", operation, most, ids.size()));
}

Result<std::vector<ScalingActivity>> act_on(const Client& client, const char* operation,
                                            const std::vector<std::string>& ids, Fields form,
                                            const std::stop_token& stop) {
  if (auto checked = check_ids(operation, ids, AutoScaling::kMaxInstances); !checked) {
    return fail(std::move(checked.error()));
  }
  add_list(form, "InstanceIds.member", ids);
  return ask(client, query(operation, std::move(form)), stop, read_activities);
}

Result<void> read_groups(const Client& client, Fields form, const std::stop_token& stop,
                         std::vector<AutoScalingGroup>& groups) {
  form.emplace_back("MaxRecords", kPageSize);
  return ask_pages(client, query("DescribeAutoScalingGroups", std::move(form)), stop,
                   [&](const xml::Element& result) {
                     for (const auto& one : result.required_list("AutoScalingGroups", "member")) {
                       groups.push_back(read_group(one));
                     }
                   });
}

}  // namespace

Result<std::vector<AutoScalingGroup>> AutoScaling::describe_groups(
    const Filters& filters, const std::stop_token& stop) const {
  Fields form;
  add_filters(form, "Filters.member", "Values.member", filters);
  std::vector<AutoScalingGroup> groups;
  return read_groups(*client_, std::move(form), stop, groups).map([&] {
    return std::move(groups);
  });
}

Result<std::vector<AutoScalingGroup>> AutoScaling::describe_groups_named(
    const std::vector<std::string>& names, const std::stop_token& stop) const {
  std::vector<AutoScalingGroup> groups;
  const auto asked = in_batches(names, kGroupsPerCall, [&](const auto& part) {
    Fields form;
    add_list(form, "AutoScalingGroupNames.member", part);
    return read_groups(*client_, std::move(form), stop, groups);
  });
  return asked.map([&] { return std::move(groups); });
}

Result<std::vector<AutoScalingInstance>> AutoScaling::describe_instances(
    const std::vector<std::string>& ids, const std::stop_token& stop) const {
  std::vector<AutoScalingInstance> instances;
  const auto asked = in_batches(ids, kInstancesPerCall, [&](const auto& part) {
    Fields form = {{"MaxRecords", fmt::to_string(kInstancesPerCall)}};
    add_list(form, "InstanceIds.member", part);
    return ask_pages(
        *client_, query("DescribeAutoScalingInstances", std::move(form)), stop,
        [&](const xml::Element& result) {
          for (const auto& one : result.required_list("AutoScalingInstances", "member")) {
            static_cast<void>(one.required_text("AutoScalingGroupName"));
            instances.push_back(read_instance(one));
          }
        });
  });
  return asked.map([&] { return std::move(instances); });
}

Result<std::vector<ScalingActivity>> AutoScaling::describe_activities(
    const std::string& group, Time since, const std::stop_token& stop) const {
  std::vector<ScalingActivity> activities;
  const Fields form = {
      {"AutoScalingGroupName", group}, {"IncludeDeletedGroups", "true"}, {"MaxRecords", kPageSize}};
  // "Activities are sorted by start time. Activities still in progress are described first": the
  // first old one that has ended is followed by older ones only.
  const auto asked = ask_pages(*client_, query("DescribeScalingActivities", form), stop,
                               [&](const xml::Element& result) {
                                 static_cast<void>(result.required_child("Activities"));
                                 bool recent = true;
                                 for (ScalingActivity& one : read_activities(result)) {
                                   if (one.ended_at && one.started_at && *one.started_at < since) {
                                     recent = false;
                                   } else {
                                     activities.push_back(std::move(one));
                                   }
                                 }
                                 return recent;
                               });
  return asked.map([&] { return std::move(activities); });
}

Result<std::vector<GroupPolicy>> AutoScaling::describe_policies(const std::string& group,
                                                                const std::stop_token& stop) const {
  std::vector<GroupPolicy> policies;
  const Fields form = {{"AutoScalingGroupName", group}, {"MaxRecords", kPageSize}};
  const auto asked =
      ask_pages(*client_, query("DescribePolicies", form), stop, [&](const xml::Element& result) {
        for (const auto& one : result.required_list("ScalingPolicies", "member")) {
          policies.push_back({.group_name = one.text("AutoScalingGroupName"),
                              .name = one.required_text("PolicyName"),
                              .type = one.text("PolicyType"),
                              .enabled = one.boolean("Enabled", true)});
        }
      });
  return asked.map([&] { return std::move(policies); });
}

Result<void> AutoScaling::set_desired_capacity(const std::string& group, std::int64_t capacity,
                                               bool honor_cooldown,
                                               const std::stop_token& stop) const {
  return tell(*client_,
              query("SetDesiredCapacity", {{"AutoScalingGroupName", group},
                                           {"DesiredCapacity", fmt::to_string(capacity)},
                                           {"HonorCooldown", to_form(honor_cooldown)}}),
              stop);
}

Result<ScalingActivity> AutoScaling::terminate_instance(const std::string& instance_id,
                                                        Capacity capacity,
                                                        const std::stop_token& stop) const {
  return ask(
      *client_,
      query("TerminateInstanceInAutoScalingGroup",
            {{"InstanceId", instance_id}, {"ShouldDecrementDesiredCapacity", decrement(capacity)}}),
      stop,
      [](const xml::Element& result) { return read_activity(result.required_child("Activity")); });
}

Result<void> AutoScaling::set_instance_health(const std::string& instance_id, bool healthy,
                                              bool respect_grace,
                                              const std::stop_token& stop) const {
  return tell(*client_,
              query("SetInstanceHealth", {{"InstanceId", instance_id},
                                          {"HealthStatus", healthy ? "Healthy" : "Unhealthy"},
                                          {"ShouldRespectGracePeriod", to_form(respect_grace)}}),
              stop);
}

Result<std::vector<ScalingActivity>> AutoScaling::enter_standby(
    const std::string& group, const std::vector<std::string>& instance_ids, Capacity capacity,
    const std::stop_token& stop) const {
  return act_on(
      *client_, "EnterStandby", instance_ids,
      {{"AutoScalingGroupName", group}, {"ShouldDecrementDesiredCapacity", decrement(capacity)}},
      stop);
}

Result<std::vector<ScalingActivity>> AutoScaling::exit_standby(
    const std::string& group, const std::vector<std::string>& instance_ids,
    const std::stop_token& stop) const {
  return act_on(*client_, "ExitStandby", instance_ids, {{"AutoScalingGroupName", group}}, stop);
}

Result<std::vector<ScalingActivity>> AutoScaling::detach_instances(
    const std::string& group, const std::vector<std::string>& instance_ids, Capacity capacity,
    const std::stop_token& stop) const {
  return act_on(
      *client_, "DetachInstances", instance_ids,
      {{"AutoScalingGroupName", group}, {"ShouldDecrementDesiredCapacity", decrement(capacity)}},
      stop);
}

Result<void> AutoScaling::set_instance_protection(const std::string& group,
                                                  const std::vector<std::string>& instance_ids,
                                                  bool protected_from_scale_in,
                                                  const std::stop_token& stop) const {
  constexpr const char* kOperation = "SetInstanceProtection";
  if (auto checked = check_ids(kOperation, instance_ids, kMaxProtected); !checked) return checked;
  Fields form = {{"AutoScalingGroupName", group},
                 {"ProtectedFromScaleIn", to_form(protected_from_scale_in)}};
  add_list(form, "InstanceIds.member", instance_ids);
  return tell(*client_, query(kOperation, std::move(form)), stop);
}

Result<std::string> AutoScaling::start_instance_refresh(
    const std::string& group, const RefreshPreferences& preferences,
    const std::optional<LaunchTemplateRef>& desired, const std::stop_token& stop) const {
  Fields form = {{"AutoScalingGroupName", group}, {"Strategy", "Rolling"}};
  const auto number = [&](const char* name, const std::optional<std::int64_t>& value) {
    if (value) form.emplace_back(fmt::format("Preferences.{}", name), fmt::to_string(*value));
  };
  const auto flag = [&](const char* name, const std::optional<bool>& value) {
    if (value) form.emplace_back(fmt::format("Preferences.{}", name), to_form(*value));
  };
  number("MinHealthyPercentage", preferences.min_healthy_percentage);
  number("MaxHealthyPercentage", preferences.max_healthy_percentage);
  number("InstanceWarmup", preferences.instance_warmup);
  flag("SkipMatching", preferences.skip_matching);
  flag("AutoRollback", preferences.auto_rollback);
  if (desired) {
    const std::string prefix = "DesiredConfiguration.LaunchTemplate.";
    if (desired->id.empty()) {
      form.emplace_back(prefix + "LaunchTemplateName", desired->name);
    } else {
      form.emplace_back(prefix + "LaunchTemplateId", desired->id);
    }
    if (!desired->version.empty()) form.emplace_back(prefix + "Version", desired->version);
  }
  return ask(*client_, query("StartInstanceRefresh", std::move(form)), stop,
             [](const xml::Element& result) { return result.required_text("InstanceRefreshId"); });
}

Result<std::vector<InstanceRefresh>> AutoScaling::describe_instance_refreshes(
    const std::string& group, const std::stop_token& stop) const {
  std::vector<InstanceRefresh> refreshes;
  const Fields form = {{"AutoScalingGroupName", group}, {"MaxRecords", kPageSize}};
  const auto asked = ask_pages(
      *client_, query("DescribeInstanceRefreshes", form), stop, [&](const xml::Element& result) {
        for (const xml::Element& one : result.required_list("InstanceRefreshes", "member")) {
          refreshes.push_back(read_refresh(one));
        }
      });
  return asked.map([&] { return std::move(refreshes); });
}

Result<std::string> AutoScaling::cancel_instance_refresh(const std::string& group,
                                                         const std::stop_token& stop) const {
  return ask(*client_, query("CancelInstanceRefresh", {{"AutoScalingGroupName", group}}), stop,
             [](const xml::Element& result) { return result.required_text("InstanceRefreshId"); });
}

Result<std::string> AutoScaling::rollback_instance_refresh(const std::string& group,
                                                           const std::stop_token& stop) const {
  return ask(*client_, query("RollbackInstanceRefresh", {{"AutoScalingGroupName", group}}), stop,
             [](const xml::Element& result) { return result.required_text("InstanceRefreshId"); });
}

}  // namespace livesonic::aws
