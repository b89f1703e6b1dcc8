// SPDX-License-Identifier: Apache-2.0
#include "livesonic/actions/settings.h"

#include <algorithm>

namespace livesonic::actions {
namespace {

template <typename Named>
const Named* find_named(const std::vector<Named>& all, const std::string& name) {
  const auto found = std::ranges::find(all, name, &Named::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

bool NamedCommand::applies_to(const std::string& cluster) const {
  return clusters.empty() || std::ranges::find(clusters, cluster) != clusters.end();
}

const Limits& Settings::limits_of(const std::string& cluster) const {
  const auto found = clusters.find(cluster);
  return found == clusters.end() ? defaults : found->second;
}

const LaunchRules* Settings::launch_rules(const std::string& cluster) const {
  const auto found = launches.find(cluster);
  return found == launches.end() ? nullptr : &found->second;
}

const NamedCommand* Settings::command(const std::string& name) const {
  return find_named(commands, name);
}

const Webhook* Settings::webhook(const std::string& name) const {
  return find_named(webhooks, name);
}

const Topic* Settings::topic(const std::string& name) const {
  return find_named(topics, name);
}

}  // namespace livesonic::actions
