// SPDX-License-Identifier: Apache-2.0
// Which release runs, which one ran before it, and how to get back there. Pure.
//
// A release is a version of a launch template, "lt-0123:7", or the task definition of an ECS
// service, "web:41". What ran before is known from what the store has seen: of a group its
// instances, of a service the task definitions themselves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "livesonic/actions/cloud.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/model/instance.h"
#include "livesonic/model/release.h"

namespace livesonic::actions {

// Of an Auto Scaling group's instances, also of those that are gone; those that come from a launch
// configuration have none.
std::vector<Release> releases_of_group(const std::vector<Instance>& instances,
                                       const std::string& group);

struct WayBack {
  std::string from;     // the release that is left
  std::string to;       // the one that ran before it
  std::string refresh;  // the instance refresh that is undone; empty: a new one is begun
  friend bool operator==(const WayBack&, const WayBack&) = default;
};

// `wanted` is the release that somebody has named, of a group also by its version alone; empty: the
// one that was there last of those that are older than what runs. `refreshes` has the newest first.
// kConflict where there is no way back, with the reason and what can be done about it.
Result<WayBack> way_back(const GroupFacts& group, const std::vector<RefreshFacts>& refreshes,
                         const std::vector<Release>& seen, const std::string& wanted);
Result<WayBack> way_back(const ServiceFacts& service, const std::vector<Release>& seen,
                         const std::string& wanted);

// The parts of a group's release; the version is empty where it is none.
struct TemplateVersion {
  std::string_view launch_template;
  std::string_view version;
};
TemplateVersion parts_of(std::string_view release);

}  // namespace livesonic::actions
