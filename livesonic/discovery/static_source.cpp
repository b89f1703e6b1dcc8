// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/static_source.h"

#include <algorithm>

namespace livesonic::discovery {
namespace {

bool is_ipv4(const std::string& host) {
  return std::all_of(host.begin(), host.end(),
                     [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

}  // namespace

Membership static_members(const Cluster& cluster) {
  Membership membership;
  membership.lister = "the list of hosts";
  membership.final = true;
  for (const std::string& host : hosts_of(cluster.resource)) {
    membership.members.push_back({host, "listed", "", ""});
    Facts facts;
    facts.id = host;
    facts.name = host;
    (is_ipv4(host) ? facts.private_ip : facts.private_dns) = host;
    membership.facts.push_back(std::move(facts));
  }
  return membership;
}

}  // namespace livesonic::discovery
