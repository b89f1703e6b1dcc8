// SPDX-License-Identifier: Apache-2.0
// Classic balancers, and which instances are registered with them.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "simulator/random.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {

Result<void> World::add_balancer(const std::string& name, Time now) {
  const bool fits =
      !name.empty() && name.size() <= 32 && std::ranges::all_of(name, [](unsigned char c) {
        return c == '-' || (c < 0x80 && std::isalnum(c) != 0);
      });
  if (!fits) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("'{}' is no load balancer name: 1 to 32 letters, digits and hyphens",
                            name.substr(0, 64)));
  }
  if (balancers_.contains(name)) {
    return fail(ErrorKind::kConflict, fmt::format("load balancer '{}' exists already", name));
  }
  LoadBalancer balancer;
  balancer.name = name;
  balancer.dns_name = fmt::format("{}-{:010}.{}.elb.amazonaws.com", name,
                                  mix(mix(seed_, "dns"), name) % 10'000'000'000ULL, region_);
  balancer.created = now;
  balancers_.emplace(name, std::move(balancer));
  return {};
}

Result<void> World::remove_balancer(const std::string& name, Time now) {
  const auto found = balancers_.find(name);
  if (found == balancers_.end()) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no load balancer '{}'", name));
  }
  for (const std::string& id : std::exchange(found->second.instances, {})) {
    if (auto done = terminate(id, now); !done) return done;
  }
  balancers_.erase(name);
  return {};
}

Result<void> World::delete_balancer(const std::string& name) {
  if (balancers_.erase(name) == 0) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no load balancer '{}'", name));
  }
  return {};
}

Result<void> World::tag_balancer(const std::string& name, const std::string& key,
                                 const std::string& value) {
  const auto found = balancers_.find(name);
  if (found == balancers_.end()) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no load balancer '{}'", name));
  }
  found->second.tags[key] = value;
  return {};
}

void World::leave_balancers(const std::string& id) {
  for (auto& [name, balancer] : balancers_) {
    std::erase(balancer.instances, id);
    balancer.registered.erase(id);
  }
  forget_target(targets, id);
}

Result<void> World::register_with(const std::string& balancer, const std::string& id, Time now) {
  const auto found = balancers_.find(balancer);
  if (found == balancers_.end()) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no load balancer '{}'", balancer));
  }
  return living(id, now).map([&](Instance*) {
    auto& members = found->second.instances;
    if (std::ranges::find(members, id) != members.end()) return;
    members.push_back(id);
    found->second.registered[id] = now;
  });
}

Result<void> World::deregister_from(const std::string& balancer, const std::string& id) {
  const auto found = balancers_.find(balancer);
  if (found == balancers_.end()) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no load balancer '{}'", balancer));
  }
  std::erase(found->second.instances, id);
  found->second.registered.erase(id);
  return {};
}

Result<void> World::deregister(const std::string& id, Time now) {
  return living(id, now).map([&](Instance*) {
    for (auto& [name, balancer] : balancers_) {
      std::erase(balancer.instances, id);
      balancer.registered.erase(id);
    }
    std::vector<std::string> arns;
    for (const auto& [arn, group] : targets.groups) arns.push_back(arn);
    for (const std::string& arn : arns) (void)deregister_target(*this, arn, id, 0, now);
  });
}

void World::forget_members() {
  for (auto& [name, balancer] : balancers_) balancer.instances.clear();
  for (auto& [arn, group] : targets.groups) group.targets.clear();
}

}  // namespace livesonic::simulator
