// SPDX-License-Identifier: Apache-2.0
// What actions ask of AWS, and have it do: the interface, with what is asked for in AWS's own
// words. aws_cloud.h has the real one; tests have one that can crash.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/model/cluster.h"
#include "livesonic/model/purchase.h"

namespace livesonic::actions {

struct HostFacts {
  std::string state;  // "running", "stopped", …; empty: EC2 doesn't know it
  bool is_protected = false;
};

struct GroupMember {
  std::string id;
  std::string state;  // "InService", "Standby", "Terminating:Wait", …
  bool healthy = true;
  std::string release = {};  // "lt-0123:7": what it was launched from; empty: no launch template
};

struct GroupFacts {
  std::string name;
  std::string not_owned;  // why it is not this cluster's; empty: it is
  int least = 0;
  int most = 0;
  int desired = 0;
  bool counts_instances = true;  // its capacity is a number of instances, each counting one
  std::vector<GroupMember> members;
  std::set<std::string> suspended;  // "Launch", "Terminate", …
  std::string release;              // what it launches: "lt-0123:7", "lt-0123:$Latest", or nothing
  bool mixed_instances = false;     // it has a mixed instances policy

  [[nodiscard]] const GroupMember* find(const std::string& id) const {
    for (const GroupMember& member : members) {
      if (member.id == id) return &member;
    }
    return nullptr;
  }
};

// A replacement of all of a group's instances, under way or past.
struct RefreshFacts {
  std::string id;
  std::string status;   // "InProgress", "Successful", "RollbackInProgress", …
  std::string release;  // what it brings: "lt-0123:7"; empty: it was not told
};

// An instance's place with one balancer or target group of its cluster.
struct Seat {
  std::string balancer;  // its name or ARN
  std::string state;     // "InService", "healthy", "draining", …; empty: it is not registered
  bool draining = false;
};

struct ServiceFacts {
  int desired = 0;
  int running = 0;
  std::string deployment;  // the id of the primary one
  std::string rollout;     // "IN_PROGRESS", "COMPLETED" or "FAILED"
  std::string definition;  // what the primary one runs: "web:41"
  std::string replaced;    // what runs beside it while it takes its place; empty: nothing does
};

// An instance that bears the cluster's tag: livesonic launched it.
struct LaunchedHost {
  std::string id;
  std::string state;   // "pending", "running", …; those that have ended are left out
  std::string launch;  // the action that launched it
  Purchase purchase;
  bool is_protected = false;
};

// How a cluster's instances are launched.
struct LaunchRules {
  std::string launch_template;                 // its id or name
  std::string version;                         // a number, "$Latest" or "$Default"
  std::map<std::string, std::string> subnets;  // by zone; a zone without one: its default subnet
  Duration drain{std::chrono::minutes{2}};     // so long one that is released may take to drain
  int most = 0;                                // members, those being launched among them
};

struct LaunchOrder {
  std::string token;  // one launch for each, however often it is ordered
  Purchase purchase;
  int count = 0;
};

struct LaunchOutcome {
  std::vector<std::string> ids;
  std::string refused;  // AWS's code where it has launched fewer: "InsufficientInstanceCapacity"
  std::string why;      // its sentence
};

struct Topic {
  std::string name;
  std::string arn;
  std::string account;  // one of the configuration's; empty: the first
};

// Thread-safe. Each call may take as long as AWS does. Errors are those of AWS; kInvalidInput says
// that a cluster of this kind has no such thing.
class Cloud {
 public:
  virtual ~Cloud() = default;

  virtual Result<HostFacts> host(const Cluster& cluster, const std::string& id,
                                 const std::stop_token& stop) = 0;
  // The instance's group; without an instance the cluster's one group. kNotFound without any,
  // kConflict where there are several.
  virtual Result<GroupFacts> group(const Cluster& cluster, const std::string& id,
                                   const std::vector<std::string>& members,
                                   const std::stop_token& stop) = 0;
  // The group of this name, whoever's it is (not_owned stays empty); kNotFound.
  virtual Result<GroupFacts> group_named(const Cluster& cluster, const std::string& name,
                                         const std::stop_token& stop) = 0;
  // One for each of the cluster's balancers.
  virtual Result<std::vector<Seat>> seats(const Cluster& cluster, const std::string& id,
                                          const std::stop_token& stop) = 0;
  virtual Result<ServiceFacts> service(const Cluster& cluster, const std::stop_token& stop) = 0;
  // Of the group of this name, the newest first.
  virtual Result<std::vector<RefreshFacts>> refreshes(const Cluster& cluster,
                                                      const std::string& group,
                                                      const std::stop_token& stop) = 0;
  // All that bear the cluster's tag and have not ended.
  virtual Result<std::vector<LaunchedHost>> launched(const Cluster& cluster,
                                                     const std::stop_token& stop) = 0;

  // Those of the ids that a balancer of the cluster still lists.
  virtual Result<std::set<std::string>> seated(const Cluster& cluster,
                                               const std::vector<std::string>& ids,
                                               const std::stop_token& stop) = 0;

  virtual Result<void> deregister(const Cluster& cluster, const std::vector<std::string>& ids,
                                  const std::stop_token& stop) = 0;
  virtual Result<void> enroll(const Cluster& cluster, const std::vector<std::string>& ids,
                              const std::stop_token& stop) = 0;  // registers
  virtual Result<void> reboot(const Cluster& cluster, const std::string& id,
                              const std::stop_token& stop) = 0;
  virtual Result<void> halt(const Cluster& cluster, const std::string& id,
                            const std::stop_token& stop) = 0;  // stops
  virtual Result<void> start(const Cluster& cluster, const std::string& id,
                             const std::stop_token& stop) = 0;
  // By its group where it has one (which is made smaller by it, or not), else by EC2.
  virtual Result<void> terminate(const Cluster& cluster, const std::string& id, bool in_group,
                                 bool smaller, const std::stop_token& stop) = 0;
  // Tagged, and for a cluster of tags with those, too. The same order again launches nothing more.
  virtual Result<LaunchOutcome> launch(const Cluster& cluster, const LaunchRules& rules,
                                       const LaunchOrder& order, const std::stop_token& stop) = 0;
  // By EC2, all of them.
  virtual Result<void> end(const Cluster& cluster, const std::vector<std::string>& ids,
                           const std::stop_token& stop) = 0;
  virtual Result<void> set_desired(const Cluster& cluster, const std::string& group, int desired,
                                   const std::stop_token& stop) = 0;
  virtual Result<void> set_count(const Cluster& cluster, int desired,
                                 const std::stop_token& stop) = 0;  // of an ECS service
  virtual Result<void> set_health(const Cluster& cluster, const std::string& id, bool healthy,
                                  const std::stop_token& stop) = 0;
  virtual Result<void> enter_standby(const Cluster& cluster, const std::string& group,
                                     const std::string& id, const std::stop_token& stop) = 0;
  virtual Result<void> exit_standby(const Cluster& cluster, const std::string& group,
                                    const std::string& id, const std::stop_token& stop) = 0;
  virtual Result<void> deploy(const Cluster& cluster, const std::stop_token& stop) = 0;
  // The ECS service's tasks from this task definition.
  virtual Result<void> deploy_release(const Cluster& cluster, const std::string& release,
                                      const std::stop_token& stop) = 0;
  // Replaces the group's instances by those of the release, another one being launched before one
  // goes; the group launches from it afterwards.
  virtual Result<void> begin_refresh(const Cluster& cluster, const std::string& group,
                                     const std::string& release, const std::stop_token& stop) = 0;
  // Rolls back the one that is under way.
  virtual Result<void> undo_refresh(const Cluster& cluster, const std::string& group,
                                    const std::stop_token& stop) = 0;
  // AWS's id of the message. `token` tells a message of a FIFO topic from a second one.
  virtual Result<std::string> publish(const Topic& topic, const std::string& text,
                                      const std::string& token, const std::stop_token& stop) = 0;
};

}  // namespace livesonic::actions
