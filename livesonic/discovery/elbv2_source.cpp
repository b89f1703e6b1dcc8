// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/elbv2_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::discovery {
namespace {

template <typename T>
bool holds(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

bool is_called(const std::string& resource, const std::string& name, const std::string& arn) {
  return resource.starts_with("arn:") ? resource == arn : resource == name;
}

// From well to unwell; a state that AWS has invented since counts as the worst.
std::size_t badness(const std::string& state) {
  static const std::array<std::string, 6> kStates{"healthy",  "unused",      "initial",
                                                  "draining", "unavailable", "unhealthy"};
  return static_cast<std::size_t>(
      std::distance(kStates.begin(), std::find(kStates.begin(), kStates.end(), state)));
}

// An address as an id that fits into paths and URLs.
std::string id_of(const aws::Target& target, const std::string& target_type) {
  if (target_type != "ip") return target.id;
  std::string id = "ip-" + target.id;
  std::replace(id.begin(), id.end(), ':', '-');
  return id;
}

Facts facts_of_address(const std::string& id, const aws::Target& target) {
  Facts facts;
  facts.id = id;
  facts.name = target.id;
  facts.private_ip = target.id;
  facts.availability_zone = target.availability_zone == "all" ? "" : target.availability_zone;
  facts.type = "ip target";
  return facts;
}

}  // namespace

Result<std::vector<aws::TargetGroup>> choose(const Cluster& cluster,
                                             const std::vector<aws::LoadBalancerV2>& balancers,
                                             const std::vector<aws::TargetGroup>& groups) {
  std::vector<aws::TargetGroup> chosen;
  if (cluster.kind == ClusterKind::kTargetGroup) {
    for (const aws::TargetGroup& group : groups) {
      if (is_called(cluster.resource, group.name, group.arn)) chosen.push_back(group);
    }
    if (!chosen.empty()) return chosen;
    return fail(
        ErrorKind::kNotFound,
        fmt::format("DescribeTargetGroups: there is no target group '{}' here", cluster.resource));
  }
  const std::string type = cluster.kind == ClusterKind::kAlb ? "application" : "network";
  const auto balancer = std::find_if(balancers.begin(), balancers.end(), [&](const auto& one) {
    return is_called(cluster.resource, one.name, one.arn);
  });
  if (balancer == balancers.end()) {
    return fail(ErrorKind::kNotFound,
                fmt::format("DescribeLoadBalancers: there is no {} load balancer '{}' here", type,
                            cluster.resource));
  }
  if (balancer->type != type) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("the load balancer '{}' is of type {}, not {}: register it as another "
                            "kind",
                            cluster.resource, balancer->type, type));
  }
  std::set<std::string> missing(cluster.target_groups.begin(), cluster.target_groups.end());
  for (const aws::TargetGroup& group : groups) {
    if (!holds(group.load_balancer_arns, balancer->arn)) continue;
    if (!cluster.target_groups.empty() && missing.erase(group.name) == 0) continue;
    chosen.push_back(group);
  }
  if (missing.empty()) return chosen;
  return fail(ErrorKind::kNotFound,
              fmt::format("DescribeTargetGroups: the load balancer '{}' has no target group '{}'",
                          cluster.resource, *missing.begin()));
}

Membership join(const std::vector<Targets>& all) {
  Membership membership;
  membership.lister = all.size() == 1 ? "the target group" : "the balancer";
  std::map<std::string, std::size_t> places;
  for (const Targets& targets : all) {
    const std::string& type = targets.group.target_type;
    if (type != "instance" && type != "ip") continue;
    for (const aws::TargetHealth& one : targets.health) {
      const std::string id = id_of(one.target, type);
      const auto [place, first] = places.emplace(id, membership.members.size());
      if (first) {
        membership.members.push_back({id, one.state, "", "", ""});
        if (type == "ip") membership.facts.push_back(facts_of_address(id, one.target));
      }
      Member& member = membership.members[place->second];
      const std::int64_t port = one.target.port > 0 ? one.target.port : targets.group.port;
      const std::string text = std::to_string(port);
      if (!holds(split(member.ports, ' '), std::string_view(text)) &&
          !holds(split(member.ports, ' '), std::string_view(text + ","))) {
        member.ports += (member.ports.empty() ? "" : ", ") + text;
      }
      if (first || badness(one.state) > badness(member.state)) {
        member.state = one.state;
        member.reason = one.reason;
        member.description = one.description.empty()
                                 ? ""
                                 : fmt::format("{}:{}: {}", targets.group.name, port,
                                               to_valid_utf8(one.description));
      }
    }
  }
  return membership;
}

Result<Membership> elbv2_members(Region& region, const Cluster& cluster,
                                 const std::stop_token& stop) {
  std::shared_ptr<const std::vector<aws::LoadBalancerV2>> balancers =
      std::make_shared<const std::vector<aws::LoadBalancerV2>>();
  if (cluster.kind != ClusterKind::kTargetGroup) {
    auto listed = region.balancers("", stop);
    if (!listed) return fail(listed.error());
    balancers = *listed;
  }
  const auto groups = region.target_groups(cluster.name, stop);
  if (!groups) return fail(groups.error());
  auto chosen = choose(cluster, *balancers, **groups);
  if (!chosen && chosen.error().kind == ErrorKind::kNotFound &&
      cluster.kind != ClusterKind::kTargetGroup) {
    // The listing is minutes old, and this one perhaps newer.
    auto listed = region.balancers(cluster.name, stop);
    if (!listed) return fail(listed.error());
    chosen = choose(cluster, **listed, **groups);
  }
  if (!chosen) return fail(chosen.error());

  std::vector<Targets> all;
  std::set<std::string> arns;
  for (aws::TargetGroup& group : *chosen) {
    arns.insert(group.arn);
    if (group.target_type != "instance" && group.target_type != "ip") continue;
    auto health = region.elbv2().describe_target_health(group.arn, stop);
    if (!health) return fail(health.error());
    all.push_back({std::move(group), std::move(*health)});
  }
  Membership membership = join(all);
  if (const auto known = region.perhaps_groups(cluster.name, stop)) {
    membership.wanted = wanted_of(*known, [&](const aws::AutoScalingGroup& group) {
      const auto& mine = group.target_group_arns;
      return std::any_of(mine.begin(), mine.end(),
                         [&](const std::string& arn) { return arns.contains(arn); });
    });
  }
  return membership;
}

}  // namespace livesonic::discovery
