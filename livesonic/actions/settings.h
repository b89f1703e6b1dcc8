// SPDX-License-Identifier: Apache-2.0
// What the configuration says about actions, as this room needs it. Plain values.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "livesonic/actions/cloud.h"
#include "livesonic/actions/guard.h"
#include "livesonic/actions/hosts.h"
#include "livesonic/base/clock.h"

namespace livesonic::actions {

// What may be run on hosts: nothing but this, by its name.
struct NamedCommand {
  std::string name;
  std::string line;
  Duration timeout = std::chrono::minutes{1};
  std::vector<std::string> clusters;  // none: all

  [[nodiscard]] bool applies_to(const std::string& cluster) const;
};

struct Settings {
  Limits defaults;
  std::map<std::string, Limits> clusters;       // those that differ
  std::map<std::string, LaunchRules> launches;  // of clusters whose instances are launched by us
  std::vector<NamedCommand> commands;
  std::vector<Webhook> webhooks;
  std::vector<Topic> topics;

  bool hosts_asked = true;  // scores are asked for: who has none isn't known to be sound
  int score_below = 40;     // a lower score is suffering
  Duration stale_after = std::chrono::minutes{5};  // older readings say nothing

  // How often AWS is asked whether it is done yet, and for how long.
  Duration look_first = std::chrono::milliseconds{500};
  Duration look_every = std::chrono::seconds{5};
  Duration patience = std::chrono::minutes{10};

  [[nodiscard]] const Limits& limits_of(const std::string& cluster) const;
  [[nodiscard]] const LaunchRules* launch_rules(const std::string& cluster) const;  // may be null
  [[nodiscard]] const NamedCommand* command(const std::string& name) const;
  [[nodiscard]] const Webhook* webhook(const std::string& name) const;
  [[nodiscard]] const Topic* topic(const std::string& name) const;
};

}  // namespace livesonic::actions
