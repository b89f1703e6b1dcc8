// SPDX-License-Identifier: Apache-2.0
// What is asked of groups and templates; group_members.cpp is what is asked of their instances, and
// group_steps.cpp what they do by themselves.
#include "simulator/world/groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "livesonic/base/time_text.h"
#include "simulator/world/group_steps.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {

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

TemplateChoice launches_from(const Group& group) {
  if (is_refreshing(group)) {
    const GroupRefresh& refresh = group.refreshes.back();
    const bool undone = refresh.status == "RollbackInProgress";
    if (refresh.wishes.desired && !undone) return *refresh.wishes.desired;
  }
  return {group.launch_template, group.template_version};
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
      said_at(now), group.desired);
  const std::string name = group.name;
  world.groups.groups.emplace(name, std::move(group));
  return {};
}

Result<void> remove_group(World& world, const std::string& name, bool force, Time now) {
  auto group = living_group(world, name);
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
      said_at(now), (*group)->members.size());
  for (GroupMember& member : (*group)->members) member.is_protected = false;
  (*group)->next_step = now;
  return {};
}

Result<void> set_desired(World& world, const std::string& name, int desired, const std::string& why,
                         Time now) {
  auto group = living_group(world, name);
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
    (*group)->why = fmt::format("{} {} changing the desired capacity from {} to {}.", said_at(now),
                                why, (*group)->desired, desired);
  }
  (*group)->desired = desired;
  (*group)->next_step = now;
  return {};
}

Result<void> set_bounds(World& world, const std::string& name, int min, int max, int desired,
                        Time now) {
  auto group = living_group(world, name);
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

namespace {

bool is_fixed(const std::string& version) {
  return !version.empty() && !version.starts_with('$');
}

// Those that are to be replaced by what the group launches from by now; with `all`, also those that
// are of it already.
std::set<std::string> to_replace(const World& world, const Group& group, bool all, Time now) {
  const TemplateChoice choice = launches_from(group);
  const LaunchTemplate* used = find_template(world.groups, choice.launch_template);
  const TemplateVersion* version = used == nullptr ? nullptr : find_version(*used, choice.version);
  std::set<std::string> ids;
  for (const GroupMember& member : group.members) {
    if (member.lifecycle != "InService" && member.lifecycle != "Pending") continue;
    const Instance* instance = world.find(member.id, now);
    const bool matches = version != nullptr && instance != nullptr &&
                         instance->launch_template == used->id &&
                         instance->template_version == version->number;
    if (all || !matches) ids.insert(member.id);
  }
  return ids;
}

}  // namespace

Result<std::string> start_refresh(World& world, const std::string& name,
                                  const RefreshWishes& wishes, Time now) {
  auto group = living_group(world, name);
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
  refresh.wishes = wishes;
  (*group)->refreshes.push_back(refresh);
  GroupRefresh& begun = (*group)->refreshes.back();
  begun.left = to_replace(world, **group, !wishes.skip_matching, now);
  begun.total = static_cast<int>(begun.left.size());
  (*group)->next_step = now;
  return begun.id;
}

Result<std::string> cancel_refresh(World& world, const std::string& name, Time now) {
  auto group = living_group(world, name);
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

Result<std::string> roll_back_refresh(World& world, const std::string& name, Time now) {
  auto group = living_group(world, name);
  if (!group) return fail(group.error());
  if (!is_refreshing(**group) || (*group)->refreshes.back().status == "RollbackInProgress") {
    return fail(ErrorKind::kNotFound,
                "No in progress or pending Instance Refresh found for Auto Scaling group " + name);
  }
  GroupRefresh& refresh = (*group)->refreshes.back();
  if (!refresh.wishes.desired || !is_fixed((*group)->template_version)) {
    return fail(ErrorKind::kConflict,
                "The instance refresh can't be rolled back: it needs a desired configuration, and "
                "the group a fixed version of its launch template.");
  }
  refresh.status = "RollbackInProgress";
  refresh.reason = "Rolled back due to user request.";
  refresh.left = to_replace(world, **group, false, now);
  refresh.total = static_cast<int>(refresh.left.size());
  (*group)->next_step = now;
  return refresh.id;
}

Result<void> attach_target_group(World& world, const std::string& name, const std::string& arn,
                                 bool attached, Time now) {
  auto group = living_group(world, name);
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
  auto group = living_group(world, name);
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
