// SPDX-License-Identifier: Apache-2.0
// Auto Scaling groups that act: they launch and terminate until they have what is desired, replace
// what is unwell, and refresh their instances in batches, and say why in AWS's words. The values
// are plain; the functions work on a whole world. Something happens only in step().
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::simulator {

class World;

// One version of a launch template.
struct TemplateVersion {
  int number = 1;
  Time created{};
  std::string image, type;
  bool spot = false;
  std::optional<double> max_price;          // dollars an hour, if spot
  std::map<std::string, std::string> tags;  // of the instances
};

struct LaunchTemplate {
  std::string id, name;  // "lt-…"
  Time created{};
  int default_version = 1;
  std::vector<TemplateVersion> versions;  // the latest last
};

struct Activity {
  std::string id, description, cause;
  std::string status = "InProgress";  // "Successful", "Failed", "InProgress"
  std::string message;                // why it failed
  std::string instance;               // what it is about; empty when none came of it
  std::string zone;
  Time started{};
  std::optional<Time> ended;
};

struct GroupMember {
  std::string id;
  std::string lifecycle = "Pending";  // "InService", "Terminating", "Standby"
  bool is_protected = false;
  bool marked_unhealthy = false;  // by SetInstanceHealth
};

// What instances are launched from.
struct TemplateChoice {
  std::string launch_template;       // its id
  std::string version = "$Default";  // a number, "$Latest" or "$Default"
};

struct RefreshWishes {
  int min_healthy_percentage = 90;
  int max_healthy_percentage = 100;  // more: so many are launched before others go
  bool skip_matching = false;        // instances of the version already stay
  std::optional<TemplateChoice> desired = std::nullopt;
};

struct GroupRefresh {
  std::string id;
  // "InProgress", "Successful", "Cancelled", "RollbackInProgress", "RollbackSuccessful"
  std::string status = "Pending";
  std::string reason;
  Time started{};
  std::optional<Time> ended;
  RefreshWishes wishes;
  int total = 0;               // instances it set out to replace
  std::set<std::string> left;  // those that it has not terminated yet
};

// A policy of the group's own. It is kept and told of, and changes nothing here.
struct GroupPolicy {
  std::string name, type;
  bool enabled = true;
};

struct Group {
  std::string name, arn;
  int min = 0, max = 0, desired = 0;
  std::string launch_template;  // its id
  std::string template_version = "$Default";
  std::vector<std::string> balancers;          // classic ones
  std::vector<std::string> target_group_arns;  // registered with all of these
  std::vector<std::string> zones;
  std::string health_check_type = "EC2";  // "ELB" listens to the balancers too
  Duration grace{};                       // before a new instance's health counts
  bool protects_new = false;
  bool capacity_rebalance = false;
  bool deleting = false;
  std::set<std::string> suspended;  // "Launch", "Terminate", "ReplaceUnhealthy", …
  std::map<std::string, std::string> tags;
  Time created{};
  std::vector<GroupMember> members;     // the oldest first
  std::vector<Activity> activities;     // the oldest first
  std::vector<GroupRefresh> refreshes;  // the oldest first
  std::vector<GroupPolicy> policies;
  std::string why;  // the sentences about the latest change of what is desired
  Time next_step{};
};

struct GroupStore {
  std::map<std::string, Group> groups;              // by name
  std::map<std::string, LaunchTemplate> templates;  // by id
};

// --- what there is; nullptr when there is none ---
const LaunchTemplate* find_template(const GroupStore& store, const std::string& id_or_name);
// By number, "$Latest" or "$Default" (also when empty).
const TemplateVersion* find_version(const LaunchTemplate& launch_template,
                                    const std::string& version);
const Group* group_of(const GroupStore& store, const std::string& instance_id);
bool is_refreshing(const Group& group);
// What the group launches from now, and while it is refreshed.
TemplateChoice launches_from(const Group& group);

// --- changes ---
Result<std::string> add_template(World& world, const std::string& name, TemplateVersion first,
                                 Time now);
Result<int> add_template_version(World& world, const std::string& id, TemplateVersion version,
                                 Time now);
Result<void> add_group(World& world, Group group, Time now);
// With `force`, its instances are terminated; else there must be none.
Result<void> remove_group(World& world, const std::string& name, bool force, Time now);
// `why` is AWS's half-sentence: "a user request explicitly set group desired capacity".
Result<void> set_desired(World& world, const std::string& group, int desired,
                         const std::string& why, Time now);
// The bounds move what is desired where it must.
Result<void> set_bounds(World& world, const std::string& group, int min, int max, int desired,
                        Time now);
Result<Activity> terminate_member(World& world, const std::string& id, bool decrement, Time now);
Result<std::vector<Activity>> enter_standby(World& world, const std::string& group,
                                            const std::vector<std::string>& ids, bool decrement,
                                            Time now);
Result<std::vector<Activity>> exit_standby(World& world, const std::string& group,
                                           const std::vector<std::string>& ids, Time now);
Result<std::vector<Activity>> detach_members(World& world, const std::string& group,
                                             const std::vector<std::string>& ids, bool decrement,
                                             Time now);
Result<void> attach_members(World& world, const std::string& group,
                            const std::vector<std::string>& ids, Time now);
Result<void> protect_members(World& world, const std::string& group,
                             const std::vector<std::string>& ids, bool is_protected);
Result<void> mark_member(World& world, const std::string& id, bool healthy, Time now);
// With a version of its own, that is the group's once all is replaced.
Result<std::string> start_refresh(World& world, const std::string& group,
                                  const RefreshWishes& wishes, Time now);
Result<std::string> cancel_refresh(World& world, const std::string& group, Time now);
// What it has replaced is replaced again, by what the group launched before. kNotFound when none is
// under way, kConflict where AWS can't undo it.
Result<std::string> roll_back_refresh(World& world, const std::string& group, Time now);
// Registers its members with one more, or lets them leave one.
Result<void> attach_target_group(World& world, const std::string& group, const std::string& arn,
                                 bool attached, Time now);
Result<void> attach_balancer(World& world, const std::string& group, const std::string& balancer,
                             bool attached, Time now);

// Lets the groups whose time has come act at `now`.
void step_groups(World& world, Time now);
// When the next one wants to.
std::optional<Time> next_group_step(const GroupStore& store);

}  // namespace livesonic::simulator
