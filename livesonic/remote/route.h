// SPDX-License-Identifier: Apache-2.0
// The way to a host over SSH: whom to log in as, where, with which keys, and through which
// bastions. Pure but for local_user().
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/remote/remote.h"
#include "livesonic/remote/ssh_config.h"

namespace livesonic::remote {

// A host, or a bastion on the way to it.
struct Stop {
  std::string address;
  std::uint16_t port = 22;
  std::string user;
  std::vector<std::string> identity_files;  // empty: those of the settings
  friend bool operator==(const Stop&, const Stop&) = default;
};

struct Route {
  std::vector<Stop> hops;  // bastions, the nearest to us first
  Stop target;
  friend bool operator==(const Route&, const Route&) = default;
};

struct RouteRules {
  std::string jump;  // for hosts that don't say themselves; empty: as ssh_config says
  SshConfigFile config;
  std::string local_user;
  std::string home;
};

// What the host itself says comes first, then the rules' jump, then ssh_config, then ssh's
// defaults. An error when bastions make a circle, or are more than eight.
Result<Route> plan_route(const Host& host, const RouteRules& rules);

// "ops@bastion:22", for people; "bastion:22", for what is remembered of it.
std::string name_of(const Stop& stop);
std::string place_of(const Stop& stop);
// "bastion:22,10.0.0.1:22": where logins on this way end up, whoever logs in.
std::string way_of(const Route& route);

// The user that this process runs as; empty when the system doesn't know.
std::string local_user();

}  // namespace livesonic::remote
