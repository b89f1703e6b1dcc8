// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/balancers.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <utility>

namespace livesonic::app {
namespace {

using domains::Balancer;

// How long what AWS said is good enough: names change only where a balancer is made anew.
constexpr Duration kKnownFor = std::chrono::minutes{10};
constexpr Duration kUnknownFor = std::chrono::minutes{1};

// What of one account and region is asked for.
struct Wanted {
  std::vector<const Cluster*> classic;
  std::vector<const Cluster*> modern;
  std::vector<const Cluster*> target_groups;
};

bool is_named(const std::string& resource, const std::string& name, const std::string& arn) {
  return resource == name || resource == arn;
}

Result<void> add_classic(const aws::Account& account, const std::vector<const Cluster*>& clusters,
                         std::vector<Balancer>& found, const std::stop_token& stop) {
  const auto all = account.elb().describe_load_balancers({}, stop);
  if (!all) return fail(all.error());
  for (const Cluster* cluster : clusters) {
    for (const aws::LoadBalancer& balancer : *all) {
      if (balancer.name == cluster->resource) found.push_back({cluster->name, balancer.dns_name});
    }
  }
  return {};
}

Result<void> add_modern(const aws::Account& account, const Wanted& wanted,
                        std::vector<Balancer>& found, const std::stop_token& stop) {
  const auto all = account.elbv2().describe_all_load_balancers(stop);
  if (!all) return fail(all.error());
  std::map<std::string, const aws::LoadBalancerV2*> by_arn;
  for (const aws::LoadBalancerV2& balancer : *all) {
    by_arn[balancer.arn] = &balancer;
    for (const Cluster* cluster : wanted.modern) {
      if (is_named(cluster->resource, balancer.name, balancer.arn)) {
        found.push_back({cluster->name, balancer.dns_name});
      }
    }
  }
  if (wanted.target_groups.empty()) return {};
  const auto groups = account.elbv2().describe_all_target_groups(stop);
  if (!groups) return fail(groups.error());
  for (const aws::TargetGroup& group : *groups) {
    for (const Cluster* cluster : wanted.target_groups) {
      if (!is_named(cluster->resource, group.name, group.arn)) continue;
      for (const std::string& arn : group.load_balancer_arns) {
        const auto balancer = by_arn.find(arn);
        if (balancer != by_arn.end()) found.push_back({cluster->name, balancer->second->dns_name});
      }
    }
  }
  return {};
}

}  // namespace

Result<std::vector<Balancer>> ClusterBalancers::balancers(const std::stop_token& stop) {
  const auto clusters = inventory_.clusters();
  if (!clusters) return fail(clusters.error());
  std::map<std::pair<std::string, std::string>, Wanted> places;
  for (const Cluster& cluster : *clusters) {
    if (is_registration(cluster)) continue;  // the clusters that it brings are there themselves
    Wanted& wanted = places[{cluster.account, cluster.region}];
    switch (cluster.kind) {
      case ClusterKind::kElb:
        wanted.classic.push_back(&cluster);
        break;
      case ClusterKind::kAlb:
      case ClusterKind::kNlb:
        wanted.modern.push_back(&cluster);
        break;
      case ClusterKind::kTargetGroup:
        wanted.target_groups.push_back(&cluster);
        break;
      case ClusterKind::kAsg:
      case ClusterKind::kEcsService:
      case ClusterKind::kTag:
      case ClusterKind::kStatic:
        break;
    }
  }
  std::vector<Balancer> found;
  for (const auto& [place, wanted] : places) {
    const auto account = accounts_.find(place.first, place.second);
    if (!account) return fail(account.error());
    if (!wanted.classic.empty()) {
      auto added = add_classic(**account, wanted.classic, found, stop);
      if (!added) return fail(added.error());
    }
    if (!wanted.modern.empty() || !wanted.target_groups.empty()) {
      auto added = add_modern(**account, wanted, found, stop);
      if (!added) return fail(added.error());
    }
  }
  return found;
}

Result<std::string> RememberedBalancers::balancer_of(const Cluster& cluster,
                                                     const std::stop_token& stop) {
  const Time now = clock_.now();
  bool refresh = false;
  {
    const std::lock_guard lock(mutex_);
    const auto found = names_.find(cluster.name);
    const Duration old = found == names_.end() ? kUnknownFor : kKnownFor;
    refresh = !asked_at_ || *asked_at_ > now || now - *asked_at_ >= old;
  }
  std::string failure;
  if (refresh) {
    const auto all = balancers_.balancers(stop);
    const std::lock_guard lock(mutex_);
    if (all) {
      names_.clear();
      for (const Balancer& one : *all) names_.emplace(one.cluster, one.dns_name);
      asked_at_ = now;
    } else {
      failure = all.error().message;
    }
  }
  const std::lock_guard lock(mutex_);
  const auto found = names_.find(cluster.name);
  if (found != names_.end()) return found->second;
  return fail(ErrorKind::kNotFound, failure.empty()
                                        ? "the cluster has no load balancer whose name AWS tells"
                                        : "the load balancer's name is not known: " + failure);
}

}  // namespace livesonic::app
