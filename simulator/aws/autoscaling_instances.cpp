// SPDX-License-Identifier: Apache-2.0
// Auto Scaling (API version 2011-01-01): what is asked of single instances of a group.
#include <algorithm>
#include <array>

#include "simulator/aws/autoscaling_answers.h"

namespace livesonic::simulator {
namespace {

using namespace autoscaling;

constexpr int kLargestPage = 50;

// AWS's limits of ids in one call.
constexpr std::size_t kMostMoved = 20;
constexpr std::size_t kMostProtected = 50;

std::vector<std::string> ids_of(const AwsCall& call) {
  return numbered(call.parameters, "InstanceIds.member");
}

std::string group_name(const AwsCall& call) {
  return parameter(call.parameters, "AutoScalingGroupName");
}

tl::unexpected<AwsError> too_many() {
  return refuse(400, "ValidationError", "The number of instance ids exceeds the limit");
}

AwsAnswer activities(const World& world, const AwsCall& call,
                     const Result<std::vector<Activity>>& noted) {
  if (!noted) return refused(noted.error());
  const Group& group = world.groups.groups.at(group_name(call));
  return response(call, [&](XmlWriter& xml) {
    write_list(xml, "Activities", *noted,
               [&](const Activity& activity) { write_activity(xml, group, activity); });
  });
}

AwsAnswer describe_instances(const World& world, Time now, const AwsCall& call) {
  const auto ids = ids_of(call);
  if (ids.size() > static_cast<std::size_t>(kLargestPage)) return too_many();
  struct Entry {
    const Group* group;
    const GroupMember* member;
  };
  std::vector<Entry> found;
  for (const auto& [name, group] : world.groups.groups) {
    for (const GroupMember& member : group.members) {
      if (ids.empty() || std::ranges::find(ids, member.id) != ids.end()) {
        found.push_back({&group, &member});
      }
    }
  }
  return paged(call, "AutoScalingInstances", found, kLargestPage,
               [&](XmlWriter& xml, const Entry& entry) {
                 xml.text("AutoScalingGroupName", entry.group->name);
                 write_member(xml, world, now, *entry.member);
               });
}

AwsAnswer terminate_instance(World& world, Time now, const AwsCall& call) {
  const std::string id = parameter(call.parameters, "InstanceId");
  const auto activity =
      terminate_member(world, id, is_true(call, "ShouldDecrementDesiredCapacity"), now);
  if (!activity) return refused(activity.error());
  return response(call, [&](XmlWriter& xml) {
    xml.element("Activity", [&] { write_activity(xml, *group_of(world.groups, id), *activity); });
  });
}

AwsAnswer standby_enter(World& world, Time now, const AwsCall& call) {
  if (ids_of(call).size() > kMostMoved) return too_many();
  return activities(world, call,
                    enter_standby(world, group_name(call), ids_of(call),
                                  is_true(call, "ShouldDecrementDesiredCapacity"), now));
}

AwsAnswer standby_exit(World& world, Time now, const AwsCall& call) {
  if (ids_of(call).size() > kMostMoved) return too_many();
  return activities(world, call, exit_standby(world, group_name(call), ids_of(call), now));
}

AwsAnswer detach_instances(World& world, Time now, const AwsCall& call) {
  if (ids_of(call).size() > kMostMoved) return too_many();
  return activities(world, call,
                    detach_members(world, group_name(call), ids_of(call),
                                   is_true(call, "ShouldDecrementDesiredCapacity"), now));
}

AwsAnswer attach_instances(World& world, Time now, const AwsCall& call) {
  if (ids_of(call).size() > kMostMoved) return too_many();
  const auto attached = attach_members(world, group_name(call), ids_of(call), now);
  if (!attached) return refused(attached.error());
  return done(call);
}

AwsAnswer set_protection(World& world, Time, const AwsCall& call) {
  if (ids_of(call).size() > kMostProtected) return too_many();
  const auto set =
      protect_members(world, group_name(call), ids_of(call), is_true(call, "ProtectedFromScaleIn"));
  if (!set) return refused(set.error());
  return done(call);
}

AwsAnswer set_health(World& world, Time now, const AwsCall& call) {
  const std::string status = parameter(call.parameters, "HealthStatus");
  if (status != "Healthy" && status != "Unhealthy") {
    return refuse(400, "ValidationError", "Valid instance health states are: Healthy, Unhealthy");
  }
  const auto set =
      mark_member(world, parameter(call.parameters, "InstanceId"), status == "Healthy", now);
  if (!set) return refused(set.error());
  return done(call);
}

constexpr std::array<AwsOperation, 8> kOperations{{
    {"DescribeAutoScalingInstances", describe_instances},
    {"TerminateInstanceInAutoScalingGroup", terminate_instance},
    {"EnterStandby", standby_enter},
    {"ExitStandby", standby_exit},
    {"DetachInstances", detach_instances},
    {"AttachInstances", attach_instances},
    {"SetInstanceProtection", set_protection},
    {"SetInstanceHealth", set_health},
}};

}  // namespace

std::span<const AwsOperation> autoscaling_instance_operations() {
  return kOperations;
}

}  // namespace livesonic::simulator
