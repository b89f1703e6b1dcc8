// SPDX-License-Identifier: Apache-2.0
// May this be done now? Pure: plain values and the time go in, a ruling with its reason comes out.
// docs/actions.md has the rules in this order.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/time_zone.h"
#include "livesonic/model/action.h"
#include "livesonic/model/hours.h"

namespace livesonic::actions {

// What the configuration allows in one cluster.
struct Limits {
  bool dry_run = true;
  std::set<ActionKind> kinds;    // those that may be done at all
  std::set<ActionKind> approve;  // those that a person must approve
  int keep = 1;                  // so many sound members are never gone below, …
  int keep_percent = 50;         // … nor so many of a hundred members, 0..100
  Duration cluster_cooldown = std::chrono::minutes{1};
  Duration instance_cooldown = std::chrono::minutes{15};
  int per_hour = 6;
  int per_day = 24;
  std::vector<HoursWindow> hours;  // none: at any time
  TimeZone zone;
  int breaker_percent = 40;  // a larger part that suffers has a cause in common; 100: never
  Duration approval_lasts = std::chrono::hours{1};
};

// How one member stands, as far as is known.
struct Member {
  std::string id;
  bool sound = false;      // in service, and known to be well
  bool suffering = false;  // known not to be
  Time observed_at{};      // the older of the observations that this rests on
};

// What the guard is told of the cluster, and of what the action is to change.
struct View {
  StopSwitch stop;
  std::vector<Member> members;  // the watched ones
  std::string not_owned;        // why what would be changed isn't the cluster's; empty: it is
  bool is_protected = false;    // by its tag
  int capacity = 0;  // of set_capacity: what is wanted now; of launch: what there is, …
  int least = 0;     // … and the bounds of the group
  int most = 0;
  std::map<std::string, int> launched;  // of launch: instances there are, by the action
  std::string from, to;        // of roll_back: the release that runs, and the one to go back to
  std::string no_way;          // … why there is none; empty: there is
  bool doomed = false;         // AWS takes back what would be taken away, by its own announcement
  std::vector<Action> recent;  // as storage::Actions has them, of a day at least
};

// So long after a cluster was told to be smaller its members may not show it yet.
inline constexpr Duration kSettling = std::chrono::minutes{10};

struct Ruling {
  enum class Kind { kAllow, kRefuse, kDryRun, kAwaitApproval };
  Kind kind = Kind::kRefuse;
  std::string rule;  // "floor"; empty when it is allowed
  std::string why;   // a sentence
  ActionNotes inputs;
  int removes = 0;
  friend bool operator==(const Ruling&, const Ruling&) = default;
};

// Whether a person has approved it already is said by `approved`.
Ruling judge(const ActionRequest& request, const Limits& limits, const View& view, bool approved,
             Time now);

// How many members are sound and not being taken away by an action that they don't show yet.
int count_sound(const View& view, Time now);
int floor_of(const Limits& limits, std::size_t members);
// Do so many suffer that the cause must be one that they share? One alone shares it with nobody.
bool breaker_trips(const Limits& limits, const std::vector<Member>& members);

}  // namespace livesonic::actions
