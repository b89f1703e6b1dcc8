// SPDX-License-Identifier: Apache-2.0
// Where membership comes from: one implementation for each kind of cluster. A source only asks and
// reports; what its answers mean is decided by diff.h.
#pragma once

#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/discovery/explain.h"
#include "livesonic/model/cluster.h"
#include "livesonic/model/instance.h"

namespace livesonic::discovery {

// An instance that is about to be retired, with what is known of why.
struct Leaving {
  std::string id;
  Evidence evidence;
  std::string spot_request;
};

// An instance as EC2 describes it: the EC2 fields of Instance, its standing, id, name and tags, and
// why it is in its state (see explain.h). The rest is unset.
struct Facts : Instance {
  std::string state_reason_code;
  std::string state_reason;
  std::string transition_reason;
  std::string spot_request;  // "sir-…"
  std::string stop_code;     // of a task
};

// An instance as the balancer lists it.
struct Member {
  std::string id;
  std::string state;
  std::string reason;
  std::string description;
  std::string ports = {};  // of its registrations with target groups
};

// All members of a cluster at one moment.
struct Membership {
  std::vector<Member> members;
  std::vector<Facts> facts = {};   // of those that are no EC2 instances: addresses, tasks, hosts
  std::optional<int> wanted = {};  // how many there are to be, where a group or a service says so
  std::string lister = "the balancer";  // who says so, for people
  std::string release = {};  // of an ECS service: the task definition that it runs, "web:41"
  bool final = false;        // what it leaves out has left, without a doubt: an operator's own list
};

// Thread-safe. A call ends soon after a stop is requested, with kUnavailable.
class FleetSource {
 public:
  virtual ~FleetSource() = default;

  // Asked once before each look at a cluster: AWS has asked to slow down, and it is too early.
  virtual bool holds_back(const Cluster& /*cluster*/) { return false; }

  // All members, or an error; never a part of them.
  virtual Result<Membership> members(const Cluster& cluster, const std::stop_token& stop) = 0;

  // What EC2 says of these instances; those it doesn't know are left out. All or an error. Of those
  // in `fresh` it is what EC2 says now, of the others perhaps a few polls old.
  virtual Result<std::vector<Facts>> describe(const Cluster& cluster,
                                              const std::vector<std::string>& ids,
                                              const std::set<std::string>& fresh,
                                              const std::stop_token& stop) = 0;

  // Adds to the evidence what can be found out about why they left; what can't is left empty.
  virtual void investigate(const Cluster& cluster, std::vector<Leaving>& leaving,
                           const std::stop_token& stop) = 0;

  // The names of all balancers, or groups, that a registration stands for.
  virtual Result<std::vector<std::string>> matching(const Cluster& registration,
                                                    const std::stop_token& stop) = 0;
  // Does AWS, asked for this balancer or group alone, know it?
  virtual Result<bool> exists(const Cluster& cluster, const std::stop_token& stop) = 0;
};

// Is it the id of an EC2 instance? What isn't one EC2 can't be asked about.
inline bool is_ec2_id(std::string_view id) {
  return id.starts_with("i-");
}

}  // namespace livesonic::discovery
