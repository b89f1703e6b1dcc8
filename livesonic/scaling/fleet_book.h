// SPDX-License-Identifier: Apache-2.0
// Who is in a fleet that livesonic launches itself: those the balancer lists, those on their way,
// and those on their way out. Pure: made anew each time from what is stored, so that a restart
// forgets nothing.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/model/action.h"
#include "livesonic/model/instance.h"
#include "livesonic/model/purchase.h"

namespace livesonic::scaling {

struct FleetMember {
  std::string id;
  Purchase kind;
  std::string version;  // of its launch template
  std::optional<Time> launched_at;
  std::optional<int> score;  // a fresh one
  bool ours = false;         // launched by livesonic and not protected: may be released
  bool serving = false;
  bool doomed = false;    // AWS takes it back within minutes
  bool restless = false;  // AWS recommends to move elsewhere
  bool leaving = false;   // being released
  bool replaced = false;  // what takes its place is launched, or serves already

  // Does it count among those that the fleet is to have?
  [[nodiscard]] bool counts() const { return !doomed && !leaving && !replaced; }
};

// Asked for, and not yet seen behind the balancer.
struct PendingLaunch {
  Purchase kind;
  int count = 0;
};

struct FleetBook {
  std::vector<FleetMember> members;
  std::vector<PendingLaunch> pending;
  std::vector<std::string> superseded;  // what takes their place serves: they can be released
  std::vector<std::string> doomed;      // of ours, to be drained before AWS takes them

  [[nodiscard]] int owned() const;    // that count, with those that are pending
  [[nodiscard]] int serving() const;  // that count and serve
};

// `instances`: all that were ever members, the departed among them. `scores`: fresh ones, by
// instance. `actions`: those of the last day, and all that are not over.
FleetBook fleet_book(const std::vector<Instance>& instances,
                     const std::map<std::string, int>& scores, const std::vector<Action>& actions,
                     Time now);

// An instance that bears the cluster's tag.
struct TaggedInstance {
  std::string id;
  std::string launch;  // the action that launched it
};

// Instances that cost and belong to nobody: no member ever, and the action that launched them is
// unknown, or was over ten minutes ago. `known`: ids of all instances that were ever members;
// `launches`: of the actions that the instances name, those there are.
std::vector<std::string> orphans(const std::vector<TaggedInstance>& tagged,
                                 const std::set<std::string>& known,
                                 const std::vector<Action>& launches, Time now);

}  // namespace livesonic::scaling
