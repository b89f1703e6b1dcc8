// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/registration.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace livesonic::discovery {
namespace {

// The longest that check_name takes.
constexpr std::size_t kLongestName = 64;

std::string cluster_name(const std::string& balancer) {
  std::string name = balancer.substr(0, kLongestName);
  for (char& c : name) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '_' || c == '-';
    if (!fits) c = '-';
  }
  if (const std::size_t begin = name.find_first_not_of("._-"); begin != std::string::npos) {
    name.erase(0, begin);
  }
  return name;
}

}  // namespace

Offspring offspring(const Cluster& registration, const std::vector<std::string>& matching,
                    const std::vector<Cluster>& all, Time now) {
  Offspring made;
  const std::set<std::string> matches(matching.begin(), matching.end());
  std::set<std::string> taken;
  std::set<std::string> watched;
  for (const Cluster& cluster : all) {
    taken.insert(cluster.name);
    const bool same_place = cluster.kind == registration.kind &&
                            cluster.account == registration.account &&
                            cluster.region == registration.region;
    if (same_place) watched.insert(cluster.resource);
    if (cluster.parent == registration.name && !matches.contains(cluster.resource)) {
      made.missing.push_back(cluster);
    }
  }
  for (const std::string& balancer : matches) {
    if (watched.contains(balancer)) continue;
    Cluster cluster;
    cluster.name = cluster_name(balancer);
    if (!check_name("cluster", cluster.name) || !taken.insert(cluster.name).second) {
      made.warning += fmt::format("{}'{}' matches, but its name is that of another cluster",
                                  made.warning.empty() ? "" : "; ", balancer);
      continue;
    }
    cluster.kind = registration.kind;
    cluster.resource = balancer;
    cluster.account = registration.account;
    cluster.region = registration.region;
    cluster.access = registration.access;
    cluster.mode = registration.mode;
    cluster.parent = registration.name;
    cluster.origin = Origin::kDiscovered;
    cluster.registered_at = now;
    made.added.push_back(std::move(cluster));
  }
  return made;
}

}  // namespace livesonic::discovery
