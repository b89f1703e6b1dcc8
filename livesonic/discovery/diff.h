// SPDX-License-Identifier: Apache-2.0
// The pure decision at the heart of discovery: what was known, what was seen, what follows.
//
// An instance is retired when AWS gives a reason for its absence, never because an answer was
// short:
//
//   EC2 says that it is terminated or stopped      retired at once, whatever the balancer says
//   gone from the balancer, and from EC2           retired, unless the balancer's answer was empty
//   gone from the balancer, still running in EC2   retired (deregistered), unless more than half of
//                                                  those that run on went like that in one answer:
//                                                  then it is kept and watched on, for kDoubtfulFor
//   the balancer's answer was empty                only EC2's word retires anything
//
// What is no EC2 instance has only its balancer to speak for it: it is doubted like one that still
// runs. Why each went is explain.h's to say.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/discovery/fleet_source.h"
#include "livesonic/model/instance.h"

namespace livesonic::discovery {

// How long a balancer must go on leaving out more than half of a running fleet until it is
// believed.
inline constexpr Duration kDoubtfulFor = std::chrono::minutes{15};

struct Sighting {
  Membership membership;
  std::vector<Facts> facts;  // of the members and of the known instances that are no members
  bool facts_known = true;   // false: EC2 could not be asked; then nothing is retired
};

struct Changes {
  std::vector<Instance> instances;  // as they are now: each member, and each other one that changed
  std::vector<std::string> added;   // ids: new, or back again
  std::vector<Leaving> retired;     // with the evidence that there is so far
  bool details_changed = false;     // anything but last_seen changed on an instance that stayed
  std::string warning;              // what was doubted, for people; empty when nothing was
};

// `known` holds the cluster's instances, also retired ones that may be among the members.
Changes diff(const std::string& cluster, const std::vector<Instance>& known,
             const Sighting& sighting, Time now);

}  // namespace livesonic::discovery
