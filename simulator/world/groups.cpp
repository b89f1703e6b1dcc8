// SPDX-License-Identifier: Apache-2.0
// What is asked of groups and templates; group_steps.cpp is what they do by themselves.
#include "simulator/world/groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "livesonic/base/time_text.h"
#include "simulator/world/group_steps.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

Result<Group*> existing(World& world, const std::string& name) {
  const auto found = world.groups.groups.find(name);
  if (found != world.groups.groups.end() && !found->second.deleting) return &found->second;
  return fail(ErrorKind::kNotFound,
              fmt::format("AutoScalingGroup name not found - no such group: {}", name));
}

std::string at(Time now) {
  return "At " + to_iso8601(std::chrono::floor<std::chrono::seconds>(now));
}

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

const LaunchTemplate* find_template(const GroupStore& store, const std::string& id_or_name) {
  if (const auto found = store.templates.find(id_or_name); found != store.templates.end()) {
    return &found->second;
  }
  for (const auto& [id, launch_template] : store.templates) {
    if (launch_template.name == id_or_name) return &launch_template;
  }
  return nullptr;
}

const TemplateVersion* find_version(const LaunchTemplate& launch_template,
                                    const std::string& version) {
  if (version == "$Latest") return &launch_template.versions.back();
  int number = launch_template.default_version;
  if (!version.empty() && version != "$Default") {
    const auto [end, error] =
        std::from_chars(version.data(), version.data() + version.size(), number);
    if (error != std::errc{} || end != version.data() + version.size()) return nullptr;
  }
  const auto found = std::ranges::find(launch_template.versions, number, &TemplateVersion::number);
  return found == launch_template.versions.end() ? nullptr : &*found;
}

const Group* group_of(const GroupStore& store, const std::string& instance_id) {
  for (const auto& [name, group] : store.groups) {
    if (std::ranges::find(group.members, instance_id, &GroupMember::id) != group.members.end()) {
      return &group;
    }
  }
  return nullptr;
}

bool is_refreshing(const Group& group) {
  return !group.refreshes.empty() && !group.refreshes.back().ended;
}

Result<std::string> add_template(World& world, const std::string& name, TemplateVersion first,
                                 Time now) {
  if (name.size() < 3 || name.size() > 128) {
    return fail(ErrorKind::kInvalidInput, "A launch template name has 3 to 128 characters");
  }
  if (find_template(world.groups, name) != nullptr) {
    return fail(ErrorKind::kConflict, "Launch template name already in use.");
  }
  LaunchTemplate made;
  made.id = fmt::format("lt-0{:016x}", world.fresh_word());
  made.name = name;
  made.created = first.created = now;
  first.number = 1;
  made.versions.push_back(std::move(first));
  const std::string id = made.id;
  world.groups.templates.emplace(id, std::move(made));
  return id;
}

Result<int> add_template_version(World& world, const std::string& id, TemplateVersion version,
                                 Time now) {
  const auto found = world.groups.templates.find(id);
  if (found == world.groups.templates.end()) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no launch template '{}'", id));
  }
  version.number = found->second.versions.back().number + 1;
  version.created = now;
  found->second.versions.push_back(std::move(version));
  return found->second.versions.back().number;
}

Result<void> add_group(World& world, Group group, Time now) {
  if (group.name.empty() || group.name.size() > 255) {
    return fail(ErrorKind::kInvalidInput, "A group's name has 1 to 255 characters");
  }
  if (world.groups.groups.contains(group.name)) {
    return fail(ErrorKind::kConflict,
                "AutoScalingGroup by this name already exists - A group with the name " +
                    group.name + " already exists");
  }
  if (group.min < 0 || group.max < group.min || group.desired < group.min ||
      group.desired > group.max) {
    return fail(ErrorKind::kInvalidInput,
                "Desired capacity must be between the specified min size and max size");
  }
  if (group.zones.empty()) group.zones = {world.region() + "a", world.region() + "c"};
  group.arn = fmt::format(
      "arn:aws:autoscaling:{}:123456789012:autoScalingGroup:{:08x}-0000-4000-8000-{:012x}:"
      "autoScalingGroupName/{}",
      world.region(), world.fresh_word() & 0xffffffffU, world.fresh_word() & 0xffffffffffffU,
      group.name);
  group.created = group.next_step = now;
  group.why = fmt::format(
      "{} a user request created an AutoScalingGroup changing the desired capacity from 0 to {}.",
      at(now), group.desired);
  const std::string name = group.name;
  world.groups.groups.emplace(name, std::move(group));
  return {};
}

Result<void> remove_group(World& world, const std::string& name, bool force, Time now) {
  auto group = existing(world, name);
  if (!group) return fail(group.error());
  if ((*group)->members.empty()) {
    world.groups.groups.erase(name);
    return {};
  }
  if (!force) {
    return fail(ErrorKind::kConflict,
                "You cannot delete an AutoScalingGroup while there are instances or pending Spot "
                "instance request(s) still in the group.");
  }
  (*group)->deleting = true;
  (*group)->min = (*group)->desired = 0;
  (*group)->why = fmt::format(
      "{} a user request force deleted AutoScaling group changing the "
      "desired capacity from {} to 0.",
      at(now), (*group)->members.size());
  for (GroupMember& member : (*group)->members) member.is_protected = false;
  (*group)->next_step = now;
  return {};
}

Result<void> set_desired(World& world, const std::string& name, int desired, const std::string& why,
                         Time now) {
  auto group = existing(world, name);
  if (!group) return fail(group.error());
  if (desired < (*group)->min || desired > (*group)->max) {
    const bool below = desired < (*group)->min;
    return fail(ErrorKind::kInvalidInput,
                fmt::format("New SetDesiredCapacity value {} is {} value {} for the "
                            "AutoScalingGroup.",
                            desired, below ? "below min" : "above max",
                            below ? (*group)->min : (*group)->max));
  }
  if (desired != (*group)->desired) {
    (*group)->why = fmt::format("{} {} changing the desired capacity from {} to {}.", at(now), why,
                                (*group)->desired, desired);
  }
  (*group)->desired = desired;
  (*group)->next_step = now;
  return {};
}

Result<void> set_bounds(World& world, const std::string& name, int min, int max, int desired,
                        Time now) {
  auto group = existing(world, name);
  if (!group) return fail(group.error());
  if (min < 0 || max < min || desired < min || desired > max) {
    return fail(ErrorKind::kInvalidInput,
                "Desired capacity must be between the specified min size and max size");
  }
  (*group)->min = min;
  (*group)->max = max;
  return set_desired(world, name, desired,
                     fmt::format("a user request update of AutoScalingGroup constraints to min: "
                                 "{}, max: {}, desired: {}",
                                 min, max, desired),
                     now);
}

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
                                at(now), id, capacity_words(before, group.desired)),
                    now);
}

Result<std::vector<Activity>> enter_standby(World& world, const std::string& name,
                                            const std::vector<std::string>& ids, bool decrement_too,
                                            Time now) {
  auto group = existing(world, name);
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
                         at(now), member->id, capacity_words(before, (*group)->desired)),
             member->id, now));
  }
  (*group)->next_step = now;
  return activities;
}

Result<std::vector<Activity>> exit_standby(World& world, const std::string& name,
                                           const std::vector<std::string>& ids, Time now) {
  auto group = existing(world, name);
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
                         at(now), member->id, capacity_words(before, (*group)->desired)),
             member->id, now));
  }
  (*group)->next_step = now;
  return activities;
}

Result<std::vector<Activity>> detach_members(World& world, const std::string& name,
                                             const std::vector<std::string>& ids,
                                             bool decrement_too, Time now) {
  auto group = existing(world, name);
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
    activities.push_back(note(world, **group, "Detaching EC2 instance: " + id,
                              fmt::format("{} instance {} was detached in response to a user "
                                          "request{}.",
                                          at(now), id, capacity_words(before, (*group)->desired)),
                              id, now));
  }
  (*group)->next_step = now;
  return activities;
}

Result<void> attach_members(World& world, const std::string& name,
                            const std::vector<std::string>& ids, Time now) {
  auto group = existing(world, name);
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
  auto group = existing(world, name);
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

Result<std::string> start_refresh(World& world, const std::string& name, int min_healthy,
                                  Time now) {
  auto group = existing(world, name);
  if (!group) return fail(group.error());
  if (is_refreshing(**group)) {
    return fail(ErrorKind::kConflict,
                "An Instance Refresh is already in progress and blocks the execution of this "
                "Instance Refresh.");
  }
  GroupRefresh refresh;
  refresh.id = fmt::format("{:08x}-0000-4000-8000-{:012x}", world.fresh_word() & 0xffffffffU,
                           world.fresh_word() & 0xffffffffffffU);
  refresh.started = now;
  refresh.min_healthy_percentage = min_healthy;
  for (const GroupMember& member : (*group)->members) {
    if (member.lifecycle == "InService" || member.lifecycle == "Pending") {
      refresh.left.insert(member.id);
    }
  }
  refresh.total = static_cast<int>(refresh.left.size());
  (*group)->refreshes.push_back(refresh);
  (*group)->next_step = now;
  return refresh.id;
}

Result<std::string> cancel_refresh(World& world, const std::string& name, Time now) {
  auto group = existing(world, name);
  if (!group) return fail(group.error());
  if (!is_refreshing(**group)) {
    return fail(ErrorKind::kConflict,
                "No in progress or pending Instance Refresh found for Auto Scaling group " + name);
  }
  GroupRefresh& refresh = (*group)->refreshes.back();
  refresh.status = "Cancelled";
  refresh.reason = "Cancelled due to user request.";
  refresh.ended = now;
  return refresh.id;
}

Result<void> attach_target_group(World& world, const std::string& name, const std::string& arn,
                                 bool attached, Time now) {
  auto group = existing(world, name);
  if (!group) return fail(group.error());
  if (!world.targets.groups.contains(arn)) {
    return fail(ErrorKind::kInvalidInput, "Provided Target Groups may not be valid: " + arn);
  }
  std::erase((*group)->target_group_arns, arn);
  if (attached) (*group)->target_group_arns.push_back(arn);
  for (const GroupMember& member : (*group)->members) {
    if (member.lifecycle != "InService") continue;
    (void)(attached ? register_target(world, arn, member.id, 0, now)
                    : deregister_target(world, arn, member.id, 0, now));
  }
  return {};
}

Result<void> attach_balancer(World& world, const std::string& name, const std::string& balancer,
                             bool attached, Time now) {
  auto group = existing(world, name);
  if (!group) return fail(group.error());
  if (!world.balancers().contains(balancer)) {
    return fail(
        ErrorKind::kInvalidInput,
        "Provided Load Balancers may not be valid. Please ensure they exist and try again.");
  }
  std::erase((*group)->balancers, balancer);
  if (attached) (*group)->balancers.push_back(balancer);
  for (const GroupMember& member : (*group)->members) {
    if (member.lifecycle != "InService") continue;
    (void)(attached ? world.register_with(balancer, member.id, now)
                    : world.deregister_from(balancer, member.id));
  }
  return {};
}

}  // namespace livesonic::simulator
