// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/request_counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

using namespace std::chrono_literals;

// More hosts are as busy as these on average: weeks of minutes are asked for at once.
constexpr std::size_t kSample = 8;

double minutes_between(Time from, Time to) {
  return std::max(0.0, static_cast<double>((to - from).count()) / 60'000);
}

double by_rates(const std::vector<RequestRate>& rates, Time from, Time to) {
  double requests = 0;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const Time begin = std::max(from, rates[i].since);
    const Time end = i + 1 < rates.size() ? std::min(to, rates[i + 1].since) : to;
    requests += rates[i].per_minute * minutes_between(begin, end);
  }
  return requests;
}

double by_hosts(const std::vector<const Instance*>& hosts, Time from, Time to) {
  double load = 0;
  std::size_t there = 0;
  std::size_t asked = 0;
  for (const Instance* host : hosts) {
    if (host->launched > from) continue;
    ++there;
    if (asked == kSample) continue;
    ++asked;
    load += load_at(host->curve, from);
  }
  if (asked == 0) return 0;
  const double mean = load / static_cast<double>(asked);
  return mean * static_cast<double>(there) * kRequestsOfBusyHost * minutes_between(from, to);
}

}  // namespace

Result<void> impose_requests(World& world, const std::string& resource, RequestRate rate) {
  std::string key = resource;
  if (!world.balancers().contains(resource)) {
    const TargetGroup* group = find_target_group(world.targets, resource);
    if (group == nullptr) {
      return fail(ErrorKind::kNotFound,
                  fmt::format("there is neither a classic load balancer nor a target group '{}'",
                              resource));
    }
    key = group->arn;
  }
  auto& rates = world.requests.imposed[key];
  std::erase_if(rates, [&](const RequestRate& one) { return one.since >= rate.since; });
  rates.push_back(rate);
  return {};
}

std::vector<const Instance*> hosts_behind(const World& world, const std::string& resource,
                                          Time now) {
  std::vector<std::string> ids;
  if (const auto classic = world.balancers().find(resource); classic != world.balancers().end()) {
    ids = classic->second.instances;
  } else if (const TargetGroup* group = find_target_group(world.targets, resource)) {
    for (const Target& target : group->targets) {
      if (!target.deregistered) ids.push_back(target.id);
    }
  }
  std::vector<const Instance*> hosts;
  for (const std::string& id : ids) {
    const Instance* host = world.find(id, now);
    if (host != nullptr && world.state(*host, now) == InstanceState::kRunning) {
      hosts.push_back(host);
    }
  }
  return hosts;
}

RequestCurve request_curve(const World& world, const std::string& resource, Time now) {
  const auto& imposed = world.requests.imposed;
  const auto rates = imposed.find(resource);
  return {.imposed = rates == imposed.end() ? std::vector<RequestRate>() : rates->second,
          .hosts = hosts_behind(world, resource, now)};
}

double RequestCurve::in(Time minute, Time now) const {
  const Time end = std::min(minute + 1min, now);
  const Time until = imposed.empty() ? end : std::min(end, imposed.front().since);
  double requests = by_rates(imposed, minute, end);
  if (until > minute) requests += by_hosts(hosts, minute, until);
  return std::round(requests);
}

}  // namespace livesonic::simulator
