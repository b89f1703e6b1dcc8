// SPDX-License-Identifier: Apache-2.0
// Auto Scaling (API version 2011-01-01): groups, their activities and refreshes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "livesonic/base/text.h"
#include "simulator/aws/autoscaling_answers.h"

namespace livesonic::simulator {
namespace {

using namespace autoscaling;

// As the API reference gives them: the largest pages, whatever is asked for.
constexpr int kLargestGroupPage = 100;
constexpr int kLargestActivityPage = 100;
constexpr int kLargestSize = 10'000;

// --- reading what a group shall be like ---

// The template that the call names, into the group; an error when there is none.
std::optional<AwsError> read_template(const World& world, const AwsCall& call, Group& group) {
  std::string named;
  std::string version;
  for (const std::string prefix :
       {"LaunchTemplate.", "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification."}) {
    for (const std::string field : {"LaunchTemplateId", "LaunchTemplateName"}) {
      if (const auto value = parameter(call.parameters, prefix + field); !value.empty()) {
        named = value;
        version = parameter(call.parameters, prefix + "Version");
      }
    }
  }
  if (named.empty()) return std::nullopt;
  const LaunchTemplate* found = find_template(world.groups, named);
  if (found == nullptr || find_version(*found, version) == nullptr) {
    return AwsError{400, "ValidationError",
                    "You must use a valid fully-formed launch template. The specified launch "
                    "template, with template name " +
                        named + ", does not exist."};
  }
  group.launch_template = found->id;
  group.template_version = version.empty() ? "$Default" : version;
  return std::nullopt;
}

// What creating and updating have in common; what the call leaves out stays as it is.
std::optional<AwsError> read_settings(const World& world, const AwsCall& call, Group& group) {
  const auto min = number(call.parameters, "MinSize", 0, kLargestSize, group.min);
  const auto max = number(call.parameters, "MaxSize", 0, kLargestSize, group.max);
  const auto desired = number(call.parameters, "DesiredCapacity", 0, kLargestSize, group.desired);
  const auto grace = number(call.parameters, "HealthCheckGracePeriod", 0, 1'000'000,
                            static_cast<int>(group.grace.count() / 1000));
  if (!min || !max || !desired || !grace) {
    return AwsError{400, "ValidationError", "A size is no whole number within its bounds"};
  }
  group.min = *min;
  group.max = *max;
  group.desired = *desired;
  group.grace = std::chrono::seconds{*grace};
  if (const auto zones = numbered(call.parameters, "AvailabilityZones.member"); !zones.empty()) {
    group.zones = zones;
  }
  if (const auto type = parameter(call.parameters, "HealthCheckType"); !type.empty()) {
    group.health_check_type = type;
  }
  if (call.parameters.contains("NewInstancesProtectedFromScaleIn")) {
    group.protects_new = is_true(call, "NewInstancesProtectedFromScaleIn");
  }
  if (call.parameters.contains("CapacityRebalance")) {
    group.capacity_rebalance = is_true(call, "CapacityRebalance");
  }
  return read_template(world, call, group);
}

// --- groups ---

AwsAnswer create_group(World& world, Time now, const AwsCall& call) {
  Group group;
  group.name = parameter(call.parameters, "AutoScalingGroupName");
  if (const auto error = read_settings(world, call, group)) return tl::unexpected(*error);
  if (!call.parameters.contains("DesiredCapacity")) group.desired = group.min;
  group.balancers = numbered(call.parameters, "LoadBalancerNames.member");
  group.target_group_arns = numbered(call.parameters, "TargetGroupARNs.member");
  for (const std::string& balancer : group.balancers) {
    if (!world.balancers().contains(balancer)) {
      return refuse(400, "ValidationError",
                    "Provided Load Balancers may not be valid. Please ensure they exist and try "
                    "again.");
    }
  }
  for (const std::string& arn : group.target_group_arns) {
    if (!world.targets.groups.contains(arn)) {
      return refuse(400, "ValidationError", "Provided Target Groups may not be valid: " + arn);
    }
  }
  group.tags = read_tags(call.parameters, "Tags.member");
  if (auto added = add_group(world, std::move(group), now); !added) {
    return refuse(added.error(),
                  added.error().kind == ErrorKind::kConflict ? "AlreadyExists" : "ValidationError");
  }
  return done(call);
}

AwsAnswer update_group(World& world, Time now, const AwsCall& call) {
  const std::string name = parameter(call.parameters, "AutoScalingGroupName");
  const auto found = world.groups.groups.find(name);
  if (found == world.groups.groups.end()) return no_group(name);
  Group wanted = found->second;
  if (const auto error = read_settings(world, call, wanted)) return tl::unexpected(*error);
  // Bounds that are moved move what is desired, unless that is given too.
  if (!call.parameters.contains("DesiredCapacity") && wanted.min <= wanted.max) {
    wanted.desired = std::clamp(wanted.desired, wanted.min, wanted.max);
  }
  if (auto set = set_bounds(world, name, wanted.min, wanted.max, wanted.desired, now); !set) {
    return refused(set.error());
  }
  Group& group = found->second;
  group.grace = wanted.grace;
  group.zones = wanted.zones;
  group.health_check_type = wanted.health_check_type;
  group.protects_new = wanted.protects_new;
  group.capacity_rebalance = wanted.capacity_rebalance;
  group.launch_template = wanted.launch_template;
  group.template_version = wanted.template_version;
  return done(call);
}

AwsAnswer delete_group(World& world, Time now, const AwsCall& call) {
  const auto removed = remove_group(world, parameter(call.parameters, "AutoScalingGroupName"),
                                    is_true(call, "ForceDelete"), now);
  if (removed) return done(call);
  return refuse(removed.error(),
                removed.error().kind == ErrorKind::kConflict ? "ResourceInUse" : "ValidationError");
}

void write_template(XmlWriter& xml, const World& world, const TemplateChoice& choice) {
  const LaunchTemplate* used = find_template(world.groups, choice.launch_template);
  if (used == nullptr) return;
  xml.element("LaunchTemplate", [&] {
    xml.text("LaunchTemplateId", used->id);
    xml.text("LaunchTemplateName", used->name);
    xml.text("Version", choice.version);
  });
}

void write_group(XmlWriter& xml, const World& world, Time now, const Group& group) {
  xml.text("AutoScalingGroupName", group.name);
  xml.text("AutoScalingGroupARN", group.arn);
  xml.text("ServiceLinkedRoleARN",
           "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/"
           "AWSServiceRoleForAutoScaling");
  write_template(xml, world, {group.launch_template, group.template_version});
  xml.number("MinSize", group.min);
  xml.number("MaxSize", group.max);
  xml.number("DesiredCapacity", group.desired);
  xml.number("DefaultCooldown", 300);
  write_texts(xml, "AvailabilityZones", group.zones);
  write_texts(xml, "LoadBalancerNames", group.balancers);
  write_texts(xml, "TargetGroupARNs", group.target_group_arns);
  xml.text("HealthCheckType", group.health_check_type);
  xml.number("HealthCheckGracePeriod", group.grace.count() / 1000);
  write_list(xml, "Instances", group.members,
             [&](const GroupMember& member) { write_member(xml, world, now, member); });
  xml.text("CreatedTime", to_iso8601(group.created));
  write_list(xml, "SuspendedProcesses", group.suspended, [&](const std::string& process) {
    xml.text("ProcessName", process);
    xml.text("SuspensionReason", "User suspended");
  });
  xml.text("VPCZoneIdentifier", "");
  write_list(xml, "EnabledMetrics", std::array<int, 0>{}, [](int) {});
  if (group.deleting) xml.text("Status", "Delete in progress");
  write_list(xml, "Tags", group.tags, [&](const auto& tag) {
    xml.text("ResourceId", group.name);
    xml.text("ResourceType", "auto-scaling-group");
    xml.text("Key", tag.first);
    xml.text("Value", tag.second);
    xml.flag("PropagateAtLaunch", true);
  });
  write_texts(xml, "TerminationPolicies", std::array{"Default"});
  xml.flag("NewInstancesProtectedFromScaleIn", group.protects_new);
  xml.flag("CapacityRebalance", group.capacity_rebalance);
}

bool passes(const Group& group, const std::vector<Parameters>& filters) {
  return std::ranges::all_of(filters, [&](const Parameters& filter) {
    const std::string name = parameter(filter, "Name");
    const auto values = numbered(filter, "Values.member");
    const auto wanted = [&](const std::string& value) {
      return std::ranges::find(values, value) != values.end();
    };
    return std::ranges::any_of(group.tags, [&](const auto& tag) {
      if (name == "tag-key") return wanted(tag.first);
      if (name == "tag-value") return wanted(tag.second);
      return name == "tag:" + tag.first && wanted(tag.second);
    });
  });
}

AwsAnswer describe_groups(const World& world, Time now, const AwsCall& call) {
  const auto names = numbered(call.parameters, "AutoScalingGroupNames.member");
  const auto filters = structures(call.parameters, "Filters.member");
  std::vector<const Group*> found;
  for (const auto& [name, group] : world.groups.groups) {
    const bool named = names.empty() || std::ranges::find(names, name) != names.end();
    if (named && passes(group, filters)) found.push_back(&group);
  }
  return paged(call, "AutoScalingGroups", found, kLargestGroupPage,
               [&](XmlWriter& xml, const Group* group) { write_group(xml, world, now, *group); });
}

AwsAnswer set_desired_capacity(World& world, Time now, const AwsCall& call) {
  const auto desired = number(call.parameters, "DesiredCapacity", 0, kLargestSize, 0);
  if (!desired) return refuse(400, "ValidationError", "DesiredCapacity is no valid number");
  const auto set = set_desired(world, parameter(call.parameters, "AutoScalingGroupName"), *desired,
                               "a user request explicitly set group desired capacity", now);
  if (!set) return refused(set.error());
  return done(call);
}

AwsAnswer change_processes(World& world, Time now, const AwsCall& call, bool suspend) {
  const std::string name = parameter(call.parameters, "AutoScalingGroupName");
  const auto found = world.groups.groups.find(name);
  if (found == world.groups.groups.end()) return no_group(name);
  auto processes = numbered(call.parameters, "ScalingProcesses.member");
  if (processes.empty()) {
    processes = {"Launch",           "Terminate",         "HealthCheck",
                 "ReplaceUnhealthy", "AZRebalance",       "AlarmNotification",
                 "ScheduledActions", "AddToLoadBalancer", "InstanceRefresh"};
  }
  for (const std::string& process : processes) {
    if (suspend) {
      found->second.suspended.insert(process);
    } else {
      found->second.suspended.erase(process);
    }
  }
  found->second.next_step = now;
  return done(call);
}

AwsAnswer suspend_processes(World& world, Time now, const AwsCall& call) {
  return change_processes(world, now, call, true);
}

AwsAnswer resume_processes(World& world, Time now, const AwsCall& call) {
  return change_processes(world, now, call, false);
}

AwsAnswer attach_target_groups(World& world, Time now, const AwsCall& call) {
  const std::string name = parameter(call.parameters, "AutoScalingGroupName");
  const bool attach = call.operation == "AttachLoadBalancerTargetGroups";
  for (const std::string& arn : numbered(call.parameters, "TargetGroupARNs.member")) {
    const auto changed = attach_target_group(world, name, arn, attach, now);
    if (!changed) return refused(changed.error());
  }
  return done(call);
}

AwsAnswer attach_load_balancers(World& world, Time now, const AwsCall& call) {
  const std::string name = parameter(call.parameters, "AutoScalingGroupName");
  const bool attach = call.operation == "AttachLoadBalancers";
  for (const std::string& balancer : numbered(call.parameters, "LoadBalancerNames.member")) {
    const auto changed = attach_balancer(world, name, balancer, attach, now);
    if (!changed) return refused(changed.error());
  }
  return done(call);
}

// --- policies ---

constexpr int kLargestPolicyPage = 100;

std::string policy_arn(const Group& group, const GroupPolicy& policy) {
  return group.arn + ":policyName/" + policy.name;
}

AwsAnswer put_policy(World& world, Time, const AwsCall& call) {
  const std::string name = parameter(call.parameters, "AutoScalingGroupName");
  const auto found = world.groups.groups.find(name);
  if (found == world.groups.groups.end()) return no_group(name);
  Group& group = found->second;
  GroupPolicy policy;
  policy.name = parameter(call.parameters, "PolicyName");
  policy.type = parameter(call.parameters, "PolicyType");
  if (policy.type.empty()) policy.type = "SimpleScaling";
  policy.enabled = parameter(call.parameters, "Enabled") != "false";
  if (policy.name.empty()) return refuse(400, "ValidationError", "A policy needs a name");
  std::erase_if(group.policies, [&](const GroupPolicy& one) { return one.name == policy.name; });
  group.policies.push_back(policy);
  return response(call, [&](XmlWriter& xml) { xml.text("PolicyARN", policy_arn(group, policy)); });
}

AwsAnswer describe_policies(const World& world, Time, const AwsCall& call) {
  const std::string name = parameter(call.parameters, "AutoScalingGroupName");
  struct Entry {
    const Group* group;
    const GroupPolicy* policy;
  };
  std::vector<Entry> found;
  for (const auto& [group_name, group] : world.groups.groups) {
    if (!name.empty() && name != group_name) continue;
    for (const GroupPolicy& policy : group.policies) found.push_back({&group, &policy});
  }
  return paged(call, "ScalingPolicies", found, kLargestPolicyPage,
               [](XmlWriter& xml, const Entry& entry) {
                 xml.text("AutoScalingGroupName", entry.group->name);
                 xml.text("PolicyName", entry.policy->name);
                 xml.text("PolicyARN", policy_arn(*entry.group, *entry.policy));
                 xml.text("PolicyType", entry.policy->type);
                 xml.text("Enabled", entry.policy->enabled ? "true" : "false");
               });
}

// --- activities and refreshes ---

AwsAnswer describe_activities(const World& world, Time, const AwsCall& call) {
  const std::string name = parameter(call.parameters, "AutoScalingGroupName");
  const auto ids = numbered(call.parameters, "ActivityIds.member");
  if (!name.empty() && !world.groups.groups.contains(name)) return no_group(name);
  struct Entry {
    const Group* group;
    const Activity* activity;
  };
  std::vector<Entry> found;
  for (const auto& [group_name, group] : world.groups.groups) {
    if (!name.empty() && name != group_name) continue;
    for (const Activity& activity : group.activities) {
      if (ids.empty() || std::ranges::find(ids, activity.id) != ids.end()) {
        found.push_back({&group, &activity});
      }
    }
  }
  std::ranges::reverse(found);  // the newest first
  std::ranges::stable_sort(found, std::greater{},
                           [](const Entry& entry) { return entry.activity->started; });
  return paged(call, "Activities", found, kLargestActivityPage,
               [](XmlWriter& xml, const Entry& entry) {
                 write_activity(xml, *entry.group, *entry.activity);
               });
}

AwsAnswer start_instance_refresh(World& world, Time now, const AwsCall& call) {
  const std::string name = parameter(call.parameters, "AutoScalingGroupName");
  const auto found = world.groups.groups.find(name);
  if (found == world.groups.groups.end()) return no_group(name);
  const auto healthy = number(call.parameters, "Preferences.MinHealthyPercentage", 0, 100, 90);
  if (!healthy) return refuse(400, "ValidationError", "MinHealthyPercentage must be 0 to 100");
  const auto most = number(call.parameters, "Preferences.MaxHealthyPercentage", 100, 200, 100);
  if (!most) return refuse(400, "ValidationError", "MaxHealthyPercentage must be 100 to 200");
  RefreshWishes wishes{.min_healthy_percentage = *healthy,
                       .max_healthy_percentage = *most,
                       .skip_matching = is_true(call, "Preferences.SkipMatching"),
                       .desired = std::nullopt};
  const std::string prefix = "DesiredConfiguration.LaunchTemplate.";
  for (const std::string field : {"LaunchTemplateId", "LaunchTemplateName"}) {
    const std::string named = parameter(call.parameters, prefix + field);
    if (named.empty()) continue;
    const LaunchTemplate* wanted = find_template(world.groups, named);
    const std::string version = parameter(call.parameters, prefix + "Version");
    if (wanted == nullptr || find_version(*wanted, version) == nullptr) {
      return refuse(400, "ValidationError",
                    "There is no such launch template, or it has no version " + version);
    }
    wishes.desired = TemplateChoice{wanted->id, version.empty() ? "$Default" : version};
  }
  const auto id = start_refresh(world, name, wishes, now);
  if (!id) return refuse(id.error(), "InstanceRefreshInProgress");
  return response(call, [&](XmlWriter& xml) { xml.text("InstanceRefreshId", *id); });
}

AwsAnswer cancel_instance_refresh(World& world, Time now, const AwsCall& call) {
  const std::string name = parameter(call.parameters, "AutoScalingGroupName");
  if (!world.groups.groups.contains(name)) return no_group(name);
  const auto id = cancel_refresh(world, name, now);
  if (!id) return refuse(id.error(), "ActiveInstanceRefreshNotFound");
  return response(call, [&](XmlWriter& xml) { xml.text("InstanceRefreshId", *id); });
}

AwsAnswer rollback_instance_refresh(World& world, Time now, const AwsCall& call) {
  const std::string name = parameter(call.parameters, "AutoScalingGroupName");
  if (!world.groups.groups.contains(name)) return no_group(name);
  const auto id = roll_back_refresh(world, name, now);
  if (!id) {
    return refuse(id.error(), id.error().kind == ErrorKind::kNotFound
                                  ? "ActiveInstanceRefreshNotFound"
                                  : "IrreversibleInstanceRefresh");
  }
  return response(call, [&](XmlWriter& xml) { xml.text("InstanceRefreshId", *id); });
}

AwsAnswer describe_instance_refreshes(const World& world, Time, const AwsCall& call) {
  const std::string name = parameter(call.parameters, "AutoScalingGroupName");
  const auto ids = numbered(call.parameters, "InstanceRefreshIds.member");
  const auto found = world.groups.groups.find(name);
  if (found == world.groups.groups.end()) return no_group(name);
  std::vector<const GroupRefresh*> wanted;
  for (const GroupRefresh& refresh : found->second.refreshes) {
    if (ids.empty() || std::ranges::find(ids, refresh.id) != ids.end()) wanted.push_back(&refresh);
  }
  std::ranges::reverse(wanted);
  return paged(call, "InstanceRefreshes", wanted, kLargestActivityPage,
               [&](XmlWriter& xml, const GroupRefresh* refresh) {
                 const int left = static_cast<int>(refresh->left.size());
                 xml.text("InstanceRefreshId", refresh->id);
                 xml.text("AutoScalingGroupName", name);
                 xml.text("Status", refresh->status);
                 if (!refresh->reason.empty()) xml.text("StatusReason", refresh->reason);
                 xml.text("StartTime", to_iso8601(refresh->started));
                 if (refresh->ended) xml.text("EndTime", to_iso8601(*refresh->ended));
                 xml.number(
                     "PercentageComplete",
                     refresh->total == 0 ? 100 : 100 * (refresh->total - left) / refresh->total);
                 xml.number("InstancesToUpdate", left);
                 xml.element("Preferences", [&] {
                   xml.number("MinHealthyPercentage", refresh->wishes.min_healthy_percentage);
                   xml.number("MaxHealthyPercentage", refresh->wishes.max_healthy_percentage);
                   xml.text("SkipMatching", refresh->wishes.skip_matching ? "true" : "false");
                 });
                 if (!refresh->wishes.desired) return;
                 xml.element("DesiredConfiguration",
                             [&] { write_template(xml, world, *refresh->wishes.desired); });
               });
}

constexpr std::array<AwsOperation, 18> kOperations{{
    {"CreateAutoScalingGroup", create_group},
    {"UpdateAutoScalingGroup", update_group},
    {"DeleteAutoScalingGroup", delete_group},
    {"DescribeAutoScalingGroups", describe_groups},
    {"SetDesiredCapacity", set_desired_capacity},
    {"SuspendProcesses", suspend_processes},
    {"ResumeProcesses", resume_processes},
    {"AttachLoadBalancerTargetGroups", attach_target_groups},
    {"DetachLoadBalancerTargetGroups", attach_target_groups},
    {"AttachLoadBalancers", attach_load_balancers},
    {"DetachLoadBalancers", attach_load_balancers},
    {"PutScalingPolicy", put_policy},
    {"DescribePolicies", describe_policies},
    {"DescribeScalingActivities", describe_activities},
    {"StartInstanceRefresh", start_instance_refresh},
    {"CancelInstanceRefresh", cancel_instance_refresh},
    {"RollbackInstanceRefresh", rollback_instance_refresh},
    {"DescribeInstanceRefreshes", describe_instance_refreshes},
}};

}  // namespace

std::span<const AwsOperation> autoscaling_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
