// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/route.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "livesonic/base/destination.h"
#include "livesonic/base/text.h"

namespace livesonic::remote {
namespace {

constexpr std::size_t kMostHops = 8;

Stop stop_at(const std::string& host, const std::string& user, std::uint16_t port,
             const SshConfigAnswer& said, const RouteRules& rules) {
  Stop stop;
  stop.address = said.host_name;
  stop.port = port != 0 ? port : said.port.value_or(22);
  stop.user = !user.empty() ? user : said.user.value_or(rules.local_user);
  const Tokens tokens{rules.home, rules.local_user, stop.address,
                      host,       stop.user,        fmt::format("{}", stop.port)};
  for (const std::string& file : said.identity_files) {
    stop.identity_files.push_back(expand_tokens(file, tokens));
  }
  return stop;
}

// `Host *` may well send the bastion through itself.
bool leads_through(const std::string& jump, const std::string& host) {
  const auto destinations = parse_jump(jump);
  return destinations &&
         std::any_of(destinations->begin(), destinations->end(),
                     [&](const Destination& destination) { return destination.host == host; });
}

// Appends the bastions that `jump` names; before the first of them, those that lead to it.
Result<void> add_hops(const std::string& jump, const RouteRules& rules, std::size_t depth,
                      std::vector<Stop>& hops) {
  const auto destinations = parse_jump(jump);
  if (!destinations) return fail(destinations.error());
  const auto in_a_circle = [&] {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("the way through the bastions {} never ends", printable(jump)));
  };
  if (depth > kMostHops) return in_a_circle();
  bool first = true;
  for (const Destination& destination : *destinations) {
    const SshConfigAnswer said = look_up(rules.config, destination.host);
    if (first && said.proxy_jump && !leads_through(*said.proxy_jump, destination.host)) {
      if (auto added = add_hops(*said.proxy_jump, rules, depth + 1, hops); !added) return added;
    }
    first = false;
    hops.push_back(stop_at(destination.host, destination.user, destination.port, said, rules));
    if (hops.size() > kMostHops) return in_a_circle();
  }
  return {};
}

}  // namespace

Result<Route> plan_route(const Host& host, const RouteRules& rules) {
  const SshConfigAnswer said = look_up(rules.config, host.address);
  Route route;
  route.target = stop_at(host.address, host.user, host.port, said, rules);
  const std::string jump = !host.jump.empty()    ? host.jump
                           : !rules.jump.empty() ? rules.jump
                                                 : said.proxy_jump.value_or("none");
  if (auto added = add_hops(jump, rules, 0, route.hops); !added) return fail(added.error());
  const auto itself = std::find_if(route.hops.begin(), route.hops.end(), [&](const Stop& hop) {
    return hop.address == route.target.address && hop.port == route.target.port;
  });
  if (itself != route.hops.end()) route.hops.erase(itself, route.hops.end());
  return route;
}

std::string place_of(const Stop& stop) {
  const bool brackets = stop.address.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", brackets ? "[" : "", printable(shorten(stop.address, 255)),
                     brackets ? "]" : "", stop.port);
}

std::string name_of(const Stop& stop) {
  return fmt::format("{}@{}", printable(shorten(stop.user, 64)), place_of(stop));
}

std::string way_of(const Route& route) {
  std::string way;
  for (const Stop& hop : route.hops) way += place_of(hop) + ",";
  return way + place_of(route.target);
}

std::string local_user() {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || !found) return "";
  return found->pw_name;
}

}  // namespace livesonic::remote
