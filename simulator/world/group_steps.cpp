// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/group_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "livesonic/base/time_text.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

constexpr std::size_t kRememberedActivities = 10'000;
constexpr Duration kLaunchRetry = std::chrono::seconds{15};

Activity begin(World& world, Group& group, std::string description, std::string cause,
               const std::string& instance, Time now) {
  Activity activity;
  activity.id = fmt::format("{:08x}-0000-4000-8000-{:012x}", world.fresh_word() & 0xffffffffU,
                            world.fresh_word() & 0xffffffffffffU);
  activity.description = std::move(description);
  activity.cause = std::move(cause);
  activity.instance = instance;
  if (const Instance* found = world.find(instance, now)) activity.zone = found->availability_zone;
  activity.started = now;
  group.activities.push_back(activity);
  if (group.activities.size() > kRememberedActivities) {
    group.activities.erase(group.activities.begin());
  }
  return activity;
}

// "EC2 Instance Launch Successful" or "… Terminate Successful".
void announce_end(World& world, const Group& group, const Activity& activity, Time now) {
  const bool launched = activity.description.starts_with("Launching");
  Event event;
  event.source = "aws.autoscaling";
  event.type = fmt::format("EC2 Instance {} Successful", launched ? "Launch" : "Terminate");
  event.resources = {group.arn};
  event.detail = nlohmann::json{{"StatusCode", "InProgress"},
                                {"Description", activity.description},
                                {"AutoScalingGroupName", group.name},
                                {"ActivityId", activity.id},
                                {"EC2InstanceId", activity.instance},
                                {"Details", {{"Availability Zone", activity.zone}}},
                                {"StartTime", to_iso8601(activity.started)},
                                {"EndTime", to_iso8601(now)},
                                {"Cause", activity.cause}}
                     .dump();
  announce(world, event, now);
}

void finish(World& world, Group& group, const std::string& instance, std::string_view verb,
            Time now) {
  for (Activity& activity : group.activities) {
    if (activity.instance == instance && !activity.ended &&
        activity.description.starts_with(verb)) {
      activity.status = "Successful";
      activity.ended = now;
      announce_end(world, group, activity, now);
    }
  }
}

bool acts(const Group& group, const char* process) {
  return !group.suspended.contains(process);
}

// --- one step, in the order of its parts ---

// What became of instances since: launched ones run, ended ones are gone.
void follow_instances(World& world, Group& group, Time now) {
  std::vector<std::string> gone;
  for (GroupMember& member : group.members) {
    const Instance* instance = world.find(member.id, now);
    const auto state =
        instance == nullptr ? InstanceState::kTerminated : world.state(*instance, now);
    if (member.lifecycle == "Pending" && state == InstanceState::kRunning) {
      member.lifecycle = "InService";
      join_fleet(world, group, member.id, now);
      finish(world, group, member.id, "Launching", now);
    } else if (member.lifecycle == "Terminating" && state == InstanceState::kTerminated) {
      finish(world, group, member.id, "Terminating", now);
      gone.push_back(member.id);
    }
  }
  for (const std::string& id : gone) {
    std::erase_if(group.members, [&](const GroupMember& member) { return member.id == id; });
  }
}

// Why the member must be replaced, in AWS's words; empty while it is well.
std::string unwell(const World& world, const Group& group, const GroupMember& member, Time now) {
  const Instance* instance = world.find(member.id, now);
  const auto state = instance == nullptr ? InstanceState::kTerminated : world.state(*instance, now);
  if (state != InstanceState::kRunning && state != InstanceState::kPending) {
    return "an instance was taken out of service in response to an EC2 health check indicating it "
           "has been terminated or stopped.";
  }
  if (member.marked_unhealthy) {
    return "an instance was taken out of service in response to a user health-check.";
  }
  if (member.lifecycle != "InService" || instance == nullptr) return "";
  if (now < instance->launched + world.pace().pending + group.grace) return "";
  if (instance->impaired) {
    return "an instance was taken out of service in response to an EC2 instance status checks "
           "failure.";
  }
  if (group.health_check_type.find("ELB") == std::string::npos) return "";
  for (const std::string& name : group.balancers) {
    const auto balancer = world.balancers().find(name);
    if (balancer == world.balancers().end()) continue;
    const auto registered = balancer->second.registered.find(member.id);
    const Time since =
        registered == balancer->second.registered.end() ? instance->launched : registered->second;
    const Health health = world.health(*instance, now, since);
    if (!health.in_service && health.reason != "ELB") {
      return "an instance was taken out of service in response to an ELB system health check "
             "failure.";
    }
  }
  for (const std::string& arn : group.target_group_arns) {
    const TargetGroup* targets = find_target_group(world.targets, arn);
    if (targets == nullptr) continue;
    for (const Target& target : targets->targets) {
      if (target.id == member.id && health_of(world, *targets, target, now).state == "unhealthy") {
        return "an instance was taken out of service in response to an ELB system health check "
               "failure.";
      }
    }
  }
  return "";
}

void replace_unwell(World& world, Group& group, Time now) {
  if (!acts(group, "HealthCheck") || !acts(group, "ReplaceUnhealthy")) return;
  std::vector<std::pair<std::string, std::string>> ending;
  for (const GroupMember& member : group.members) {
    if (member.lifecycle == "Terminating" || member.lifecycle == "Standby") continue;
    if (std::string why = unwell(world, group, member, now); !why.empty()) {
      ending.emplace_back(member.id, std::move(why));
    }
  }
  for (const auto& [id, why] : ending) {
    end_member(world, group, id, said_at(now) + " " + why, now);
    group.why = said_at(now) +
                " an instance was launched in response to an unhealthy instance needing "
                "to be replaced.";
  }
}

// With capacity rebalancing, instances that EC2 will take soon are replaced before.
void replace_endangered(World& world, Group& group, Time now) {
  if (!group.capacity_rebalance || !acts(group, "Terminate")) return;
  std::vector<std::string> ending;
  for (const GroupMember& member : group.members) {
    const Instance* instance = world.find(member.id, now);
    if (member.lifecycle == "InService" && instance != nullptr && instance->spot &&
        (instance->spot->rebalance_notice || instance->spot->interruption)) {
      ending.push_back(member.id);
    }
  }
  for (const std::string& id : ending) {
    end_member(world, group, id,
               fmt::format("{} an instance was taken out of service in response to an EC2 instance "
                           "rebalance recommendation.",
                           said_at(now)),
               now);
    group.why = said_at(now) +
                " an instance was launched in response to an EC2 instance rebalance "
                "recommendation.";
  }
}

int count(const Group& group, std::string_view lifecycle) {
  return static_cast<int>(std::ranges::count(group.members, lifecycle, &GroupMember::lifecycle));
}

// How many are to be there: while a refresh may have more than are desired, so many more, for as
// long as somebody is left to be replaced.
int wanted(const Group& group) {
  if (!is_refreshing(group) || group.refreshes.back().left.empty()) return group.desired;
  const int more = group.desired * (group.refreshes.back().wishes.max_healthy_percentage - 100);
  const int surge = more <= 0 ? 0 : std::max(1, more / 100);
  return std::min(group.desired + surge, std::max(group.desired, group.max));
}

void refresh(World& world, Group& group, Time now) {
  if (!is_refreshing(group)) return;
  GroupRefresh& current = group.refreshes.back();
  const bool undone = current.status == "RollbackInProgress";
  if (!undone) current.status = "InProgress";
  std::erase_if(current.left, [&](const std::string& id) {
    const auto member = std::ranges::find(group.members, id, &GroupMember::id);
    return member == group.members.end() || member->lifecycle == "Terminating";
  });
  const int healthy = count(group, "InService");
  if (current.left.empty() && healthy >= group.desired && count(group, "Pending") == 0) {
    current.status = undone ? "RollbackSuccessful" : "Successful";
    current.ended = now;
    if (!undone && current.wishes.desired) {
      group.launch_template = current.wishes.desired->launch_template;
      group.template_version = current.wishes.desired->version;
    }
    return;
  }
  const int needed = (group.desired * current.wishes.min_healthy_percentage + 99) / 100;
  // At least one goes, or small groups would never be done; where there may be more, those come
  // first.
  const bool alone = wanted(group) == group.desired && healthy >= group.desired;
  int may_go = std::max(healthy - needed, alone ? 1 : 0);
  std::vector<std::string> batch;
  for (const GroupMember& member : group.members) {
    if (may_go <= 0) break;
    if (member.lifecycle != "InService" || !current.left.contains(member.id)) continue;
    batch.push_back(member.id);
    --may_go;
  }
  for (const std::string& id : batch) {
    end_member(world, group, id,
               fmt::format("{0} an instance was taken out of service in response to an instance "
                           "refresh.  {0} instance {1} was selected for termination.",
                           said_at(now), id),
               now);
    current.left.erase(id);
    group.why = said_at(now) + " an instance was launched in response to an instance refresh.";
  }
}

void shrink(World& world, Group& group, int active, Time now) {
  if (!acts(group, "Terminate")) return;
  const int before = active;
  std::vector<std::string> chosen;
  for (const GroupMember& member : group.members) {
    if (active == wanted(group)) break;
    if (member.is_protected || (member.lifecycle != "InService" && member.lifecycle != "Pending")) {
      continue;
    }
    chosen.push_back(member.id);
    --active;
  }
  for (const std::string& id : chosen) {
    end_member(world, group, id,
               fmt::format("{0}  {1} an instance was taken out of service in response to a "
                           "difference between desired and actual capacity, shrinking the capacity "
                           "from {2} to {3}.  {1} instance {4} was selected for termination.",
                           group.why, said_at(now), before, active, id),
               now);
  }
}

LaunchPlan plan_for(const World& world, const Group& group) {
  LaunchPlan plan;
  plan.cluster = group.name;
  for (const std::string_view ending : {"-asg", "-elb"}) {
    if (plan.cluster.ends_with(ending) && plan.cluster.size() > ending.size()) {
      plan.cluster.resize(plan.cluster.size() - ending.size());
    }
  }
  plan.group = group.name;
  plan.tags = group.tags;
  plan.tags["aws:autoscaling:groupName"] = group.name;
  const TemplateChoice choice = launches_from(group);
  const LaunchTemplate* launch_template = find_template(world.groups, choice.launch_template);
  const TemplateVersion* version =
      launch_template == nullptr ? nullptr : find_version(*launch_template, choice.version);
  if (version != nullptr) {
    plan.image = version->image;
    plan.type = version->type;
    if (version->spot) plan.spot = true;
    plan.max_price = version->max_price;
    for (const auto& [key, value] : version->tags) plan.tags[key] = value;
    plan.launch_template = launch_template->id;
    plan.template_version = version->number;
    plan.tags["aws:ec2launchtemplate:id"] = launch_template->id;
    plan.tags["aws:ec2launchtemplate:version"] = std::to_string(version->number);
  }
  return plan;
}

// True when all that was missing could be launched.
bool grow(World& world, Group& group, int active, Time now) {
  if (!acts(group, "Launch")) return true;
  const int before = active;
  LaunchPlan plan = plan_for(world, group);
  for (const int goal = wanted(group); active < goal; ++active) {
    // The zone with the fewest members, as AWS balances them.
    plan.zone = *std::ranges::min_element(group.zones, {}, [&](const std::string& zone) {
      return std::ranges::count_if(group.members, [&](const GroupMember& member) {
        const Instance* instance = world.find(member.id, now);
        return member.lifecycle != "Terminating" && instance != nullptr &&
               instance->availability_zone == zone;
      });
    });
    const bool replaces = group.why.find("launched in response") != std::string::npos;
    const std::string cause =
        replaces ? group.why
                 : fmt::format(
                       "{}  {} an instance was started in response to a difference between "
                       "desired and actual capacity, increasing the capacity from {} to {}.",
                       group.why, said_at(now), before, group.desired);
    const auto ids = world.launch(plan, now);
    if (!ids) {
      begin(world, group, "Launching a new EC2 instance.  Status Reason: " + ids.error().message,
            cause, "", now);
      Activity& failed = group.activities.back();
      failed.status = "Failed";
      failed.message = ids.error().message + " Launching EC2 instance failed.";
      failed.zone = plan.zone;
      failed.ended = now;
      return false;
    }
    GroupMember member;
    member.id = ids->front();
    member.is_protected = group.protects_new;
    group.members.push_back(member);
    begin(world, group, "Launching a new EC2 instance: " + member.id, cause, member.id, now);
  }
  return true;
}

bool is_settled(const Group& group) {
  return count(group, "InService") == group.desired && count(group, "Pending") == 0 &&
         count(group, "Terminating") == 0 && !is_refreshing(group);
}

void step(World& world, Group& group, Time now) {
  follow_instances(world, group, now);
  replace_unwell(world, group, now);
  replace_endangered(world, group, now);
  refresh(world, group, now);
  const int active = count(group, "InService") + count(group, "Pending");
  bool launched = true;
  if (active > wanted(group)) shrink(world, group, active, now);
  if (active < wanted(group)) launched = grow(world, group, active, now);
  follow_instances(world, group, now);
  const Pace& pace = world.pace();
  group.next_step = now + (!launched           ? std::max(kLaunchRetry, pace.step)
                           : is_settled(group) ? pace.health_check
                                               : pace.step);
}

}  // namespace

std::string said_at(Time now) {
  return "At " + to_iso8601(std::chrono::floor<std::chrono::seconds>(now));
}

Result<Group*> living_group(World& world, const std::string& name) {
  const auto found = world.groups.groups.find(name);
  if (found != world.groups.groups.end() && !found->second.deleting) return &found->second;
  return fail(ErrorKind::kNotFound,
              fmt::format("AutoScalingGroup name not found - no such group: {}", name));
}

Activity note(World& world, Group& group, std::string description, std::string cause,
              const std::string& instance, Time now) {
  begin(world, group, std::move(description), std::move(cause), instance, now);
  Activity& activity = group.activities.back();
  activity.status = "Successful";
  activity.ended = now;
  return activity;
}

void join_fleet(World& world, const Group& group, const std::string& id, Time now) {
  if (group.suspended.contains("AddToLoadBalancer")) return;
  for (const std::string& balancer : group.balancers) {
    (void)world.register_with(balancer, id, now);
  }
  for (const std::string& arn : group.target_group_arns) {
    (void)register_target(world, arn, id, 0, now);
  }
}

void leave_fleet(World& world, const Group& group, const std::string& id, Time now) {
  for (const std::string& balancer : group.balancers) (void)world.deregister_from(balancer, id);
  for (const std::string& arn : group.target_group_arns) {
    (void)deregister_target(world, arn, id, 0, now);
  }
}

Activity end_member(World& world, Group& group, const std::string& id, std::string cause,
                    Time now) {
  const auto member = std::ranges::find(group.members, id, &GroupMember::id);
  if (member != group.members.end()) member->lifecycle = "Terminating";
  begin(world, group, "Terminating EC2 instance: " + id, std::move(cause), id, now);
  (void)world.terminate(id, now);  // or it has ended by itself
  return group.activities.back();
}

void step_groups(World& world, Time now) {
  std::vector<std::string> deleted;
  for (auto& [name, group] : world.groups.groups) {
    if (group.next_step > now) continue;
    step(world, group, now);
    if (group.deleting && group.members.empty()) deleted.push_back(name);
  }
  for (const std::string& name : deleted) world.groups.groups.erase(name);
}

std::optional<Time> next_group_step(const GroupStore& store) {
  std::optional<Time> next;
  for (const auto& [name, group] : store.groups) {
    if (!next || group.next_step < *next) next = group.next_step;
  }
  return next;
}

}  // namespace livesonic::simulator
