// SPDX-License-Identifier: Apache-2.0
// What is asked of single instances of a group.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "simulator/world/group_steps.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

// The members of these ids, or an error that names the one that isn't.
Result<std::vector<GroupMember*>> members_of(Group& group, const std::vector<std::string>& ids,
                                             std::string_view lifecycle) {
  std::vector<GroupMember*> members;
  for (const std::string& id : ids) {
    const auto found = std::ranges::find(group.members, id, &GroupMember::id);
    if (found == group.members.end()) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("The instance {} is not part of Auto Scaling group {}.",
                              id.substr(0, 64), group.name));
    }
    if (!lifecycle.empty() && found->lifecycle != lifecycle) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("The instance {} is not in {}.", id, lifecycle));
    }
    members.push_back(&*found);
  }
  return members;
}

Result<void> decrement(Group& group, std::size_t by) {
  const int left = group.desired - static_cast<int>(by);
  if (left < group.min) {
    return fail(
        ErrorKind::kInvalidInput,
        fmt::format("AutoScalingGroup {} has min-size={}, max-size={}, and "
                    "desired-size={}. To place into standby or detach {} instance{}, "
                    "please update the AutoScalingGroup sizes appropriately.",
                    group.name, group.min, group.max, group.desired, by, by == 1 ? "" : "s"));
  }
  group.desired = left;
  return {};
}

std::string capacity_words(int before, int after) {
  if (before == after) return "";
  return fmt::format(", {} the capacity from {} to {}", after < before ? "shrinking" : "increasing",
                     before, after);
}

}  // namespace

Result<Activity> terminate_member(World& world, const std::string& id, bool decrement_too,
                                  Time now) {
  const Group* found = group_of(world.groups, id);
  if (found == nullptr) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("Instance Id not found - No managed instance found for instance ID: {}",
                            id.substr(0, 64)));
  }
  Group& group = world.groups.groups.at(found->name);
  const int before = group.desired;
  if (decrement_too) {
    if (auto less = decrement(group, 1); !less) return fail(less.error());
  }
  group.next_step = now;
  return end_member(world, group, id,
                    fmt::format("{} instance {} was taken out of service in response to a user "
                                "request{}.",
                                said_at(now), id, capacity_words(before, group.desired)),
                    now);
}

Result<std::vector<Activity>> enter_standby(World& world, const std::string& name,
                                            const std::vector<std::string>& ids, bool decrement_too,
                                            Time now) {
  auto group = living_group(world, name);
  if (!group) return fail(group.error());
  auto members = members_of(**group, ids, "InService");
  if (!members) return fail(members.error());
  const int before = (*group)->desired;
  if (decrement_too) {
    if (auto less = decrement(**group, ids.size()); !less) return fail(less.error());
  }
  std::vector<Activity> activities;
  for (GroupMember* member : *members) {
    member->lifecycle = "Standby";
    leave_fleet(world, **group, member->id, now);
    activities.push_back(
        note(world, **group, "Moving EC2 instance to Standby: " + member->id,
             fmt::format("{} instance {} was moved to standby in response to a "
                         "user request{}.",
                         said_at(now), member->id, capacity_words(before, (*group)->desired)),
             member->id, now));
  }
  (*group)->next_step = now;
  return activities;
}

Result<std::vector<Activity>> exit_standby(World& world, const std::string& name,
                                           const std::vector<std::string>& ids, Time now) {
  auto group = living_group(world, name);
  if (!group) return fail(group.error());
  auto members = members_of(**group, ids, "Standby");
  if (!members) return fail(members.error());
  const int before = (*group)->desired;
  (*group)->desired += static_cast<int>(ids.size());
  (*group)->max = std::max((*group)->max, (*group)->desired);
  std::vector<Activity> activities;
  for (GroupMember* member : *members) {
    member->lifecycle = "InService";
    join_fleet(world, **group, member->id, now);
    activities.push_back(
        note(world, **group, "Moving EC2 instance out of Standby: " + member->id,
             fmt::format("{} instance {} was moved out of standby in response to "
                         "a user request{}.",
                         said_at(now), member->id, capacity_words(before, (*group)->desired)),
             member->id, now));
  }
  (*group)->next_step = now;
  return activities;
}

Result<std::vector<Activity>> detach_members(World& world, const std::string& name,
                                             const std::vector<std::string>& ids,
                                             bool decrement_too, Time now) {
  auto group = living_group(world, name);
  if (!group) return fail(group.error());
  if (auto members = members_of(**group, ids, ""); !members) return fail(members.error());
  const int before = (*group)->desired;
  if (decrement_too) {
    if (auto less = decrement(**group, ids.size()); !less) return fail(less.error());
  }
  std::vector<Activity> activities;
  for (const std::string& id : ids) {
    leave_fleet(world, **group, id, now);
    std::erase_if((*group)->members, [&](const GroupMember& member) { return member.id == id; });
    activities.push_back(
        note(world, **group, "Detaching EC2 instance: " + id,
             fmt::format("{} instance {} was detached in response to a user "
                         "request{}.",
                         said_at(now), id, capacity_words(before, (*group)->desired)),
             id, now));
  }
  (*group)->next_step = now;
  return activities;
}

Result<void> attach_members(World& world, const std::string& name,
                            const std::vector<std::string>& ids, Time now) {
  auto group = living_group(world, name);
  if (!group) return fail(group.error());
  if ((*group)->desired + static_cast<int>(ids.size()) > (*group)->max) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("AutoScalingGroup {} has min-size={}, max-size={}, and "
                            "desired-size={}. To attach {} more instances, please update the "
                            "AutoScalingGroup sizes appropriately.",
                            name, (*group)->min, (*group)->max, (*group)->desired, ids.size()));
  }
  for (const std::string& id : ids) {
    const Instance* instance = world.find(id, now);
    if (instance == nullptr || world.state(*instance, now) != InstanceState::kRunning ||
        group_of(world.groups, id) != nullptr) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("Invalid Instance ID(s): [{}] specified", id.substr(0, 64)));
    }
  }
  for (const std::string& id : ids) {
    GroupMember member;
    member.id = id;
    member.lifecycle = "InService";
    (*group)->members.push_back(std::move(member));
    ++(*group)->desired;
    join_fleet(world, **group, id, now);
  }
  return {};
}

Result<void> protect_members(World& world, const std::string& name,
                             const std::vector<std::string>& ids, bool is_protected) {
  auto group = living_group(world, name);
  if (!group) return fail(group.error());
  auto members = members_of(**group, ids, "");
  if (!members) return fail(members.error());
  for (GroupMember* member : *members) member->is_protected = is_protected;
  return {};
}

Result<void> mark_member(World& world, const std::string& id, bool healthy, Time now) {
  const Group* found = group_of(world.groups, id);
  if (found == nullptr) {
    return fail(ErrorKind::kInvalidInput, fmt::format("Invalid instance: {}", id.substr(0, 64)));
  }
  Group& group = world.groups.groups.at(found->name);
  std::ranges::find(group.members, id, &GroupMember::id)->marked_unhealthy = !healthy;
  group.next_step = now;
  return {};
}

}  // namespace livesonic::simulator
