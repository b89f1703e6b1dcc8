// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/balancer_requests.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "livesonic/discovery/elbv2_source.h"

namespace livesonic::app {
namespace {

constexpr Duration kKnownFor = std::chrono::minutes{10};

// "app/web/50dc6c495c0c9188" of a balancer's ARN, "targetgroup/web/73e2d6bc24d8a067" of a target
// group's: as the dimensions have them.
std::string dimension_of(const std::string& arn) {
  constexpr std::string_view kBalancer = ":loadbalancer/";
  if (const auto at = arn.find(kBalancer); at != std::string::npos) {
    return arn.substr(at + kBalancer.size());
  }
  return arn.substr(arn.rfind(':') + 1);
}

aws::Metric pulse_of(const char* name_space, std::vector<std::pair<std::string, std::string>> of) {
  return {.name_space = name_space,
          .metric = "HealthyHostCount",
          .dimensions = std::move(of),
          .statistic = "Average"};
}

void add_classic(const std::string& name, RequestMetrics& metrics) {
  const std::vector<std::pair<std::string, std::string>> of{{"LoadBalancerName", name}};
  metrics.counts.push_back({.name_space = "AWS/ELB", .metric = "RequestCount", .dimensions = of});
  metrics.pulses.push_back(pulse_of("AWS/ELB", of));
}

Result<void> add_group(const aws::TargetGroup& group, const RequestBalancers& balancers,
                       RequestMetrics& metrics, std::set<std::string>& network) {
  for (const std::string& arn : group.load_balancer_arns) {
    const std::string balancer = dimension_of(arn);
    const std::vector<std::pair<std::string, std::string>> of{
        {"TargetGroup", dimension_of(group.arn)}, {"LoadBalancer", balancer}};
    if (balancer.starts_with("app/")) {
      metrics.counts.push_back(
          {.name_space = "AWS/ApplicationELB", .metric = "RequestCount", .dimensions = of});
      metrics.pulses.push_back(pulse_of("AWS/ApplicationELB", of));
      continue;
    }
    if (!balancer.starts_with("net/")) continue;
    for (const aws::TargetGroup& other : balancers.beside) {
      const auto& groups = balancers.target_groups;
      const bool ours = std::ranges::any_of(
          groups, [&](const aws::TargetGroup& one) { return one.arn == other.arn; });
      const auto& by = other.load_balancer_arns;
      if (ours || std::ranges::find(by, arn) == by.end()) continue;
      return fail(ErrorKind::kConflict,
                  fmt::format("the network load balancer {} forwards to the target group {}, too, "
                              "and CloudWatch counts the connections of both together",
                              balancer, other.name));
    }
    metrics.pulses.push_back(pulse_of("AWS/NetworkELB", of));
    if (!network.insert(balancer).second) continue;
    metrics.counts.push_back({.name_space = "AWS/NetworkELB",
                              .metric = "NewFlowCount",
                              .dimensions = {{"LoadBalancer", balancer}}});
  }
  return {};
}

Result<RequestBalancers> of_target_groups(const aws::Account& account,
                                          std::vector<aws::TargetGroup> groups,
                                          const std::stop_token& stop) {
  RequestBalancers balancers;
  balancers.target_groups = std::move(groups);
  std::set<std::string> asked;
  for (const aws::TargetGroup& group : balancers.target_groups) {
    for (const std::string& arn : group.load_balancer_arns) {
      if (!dimension_of(arn).starts_with("net/") || !asked.insert(arn).second) continue;
      auto beside = account.elbv2().describe_target_groups_of(arn, stop);
      if (!beside) return fail(beside.error());
      balancers.beside.insert(balancers.beside.end(), beside->begin(), beside->end());
    }
  }
  return balancers;
}

Result<RequestBalancers> of_names(const aws::Account& account, std::vector<std::string> classic,
                                  const std::vector<std::string>& target_groups,
                                  const std::stop_token& stop) {
  std::vector<aws::TargetGroup> groups;
  if (!target_groups.empty()) {
    auto described = account.elbv2().describe_target_groups(target_groups, stop);
    if (!described) return fail(described.error());
    groups = std::move(*described);
  }
  auto balancers = of_target_groups(account, std::move(groups), stop);
  if (balancers) balancers->classic = std::move(classic);
  return balancers;
}

Result<RequestBalancers> of_modern(const aws::Account& account, const Cluster& cluster,
                                   const std::stop_token& stop) {
  const auto balancers = account.elbv2().describe_load_balancers({cluster.resource}, stop);
  if (!balancers) return fail(balancers.error());
  if (balancers->empty()) return RequestBalancers();
  const auto groups = account.elbv2().describe_target_groups_of(balancers->front().arn, stop);
  if (!groups) return fail(groups.error());
  auto chosen = discovery::choose(cluster, *balancers, *groups);
  if (!chosen) return fail(chosen.error());
  return of_target_groups(account, std::move(*chosen), stop);
}

Result<RequestBalancers> of_group(const aws::Account& account, const Cluster& cluster,
                                  const std::stop_token& stop) {
  const auto groups = account.autoscaling().describe_groups_named({cluster.resource}, stop);
  if (!groups) return fail(groups.error());
  if (groups->empty()) return RequestBalancers();
  const aws::AutoScalingGroup& group = groups->front();
  return of_names(account, group.load_balancer_names, group.target_group_arns, stop);
}

Result<RequestBalancers> of_service(const aws::Account& account, const Cluster& cluster,
                                    const std::stop_token& stop) {
  const std::size_t slash = cluster.resource.find('/');
  const auto services = account.ecs().describe_services(cluster.resource.substr(0, slash),
                                                        {cluster.resource.substr(slash + 1)}, stop);
  if (!services) return fail(services.error());
  std::vector<std::string> classic;
  std::vector<std::string> target_groups;
  for (const aws::EcsService& service : *services) {
    for (const aws::EcsLoadBalancer& one : service.load_balancers) {
      if (!one.load_balancer_name.empty()) classic.push_back(one.load_balancer_name);
      if (!one.target_group_arn.empty()) target_groups.push_back(one.target_group_arn);
    }
  }
  return of_names(account, std::move(classic), target_groups, stop);
}

Result<RequestBalancers> balancers_of(const aws::Account& account, const Cluster& cluster,
                                      const std::stop_token& stop) {
  switch (cluster.kind) {
    case ClusterKind::kElb:
      return of_names(account, {cluster.resource}, {}, stop);
    case ClusterKind::kAlb:
    case ClusterKind::kNlb:
      return of_modern(account, cluster, stop);
    case ClusterKind::kTargetGroup:
      return of_names(account, {}, {cluster.resource}, stop);
    case ClusterKind::kAsg:
      return of_group(account, cluster, stop);
    case ClusterKind::kEcsService:
      return of_service(account, cluster, stop);
    case ClusterKind::kTag:
    case ClusterKind::kStatic:
      break;
  }
  return RequestBalancers();
}

// One value a minute: the sum over the metrics.
void add_counts(const std::vector<aws::Datapoint>& points, std::map<Time, double>& into) {
  for (const aws::Datapoint& point : points) {
    into[std::chrono::floor<std::chrono::minutes>(point.at)] += point.value;
  }
}

}  // namespace

Result<RequestMetrics> metrics_of(const RequestBalancers& balancers) {
  RequestMetrics metrics;
  for (const std::string& name : balancers.classic) add_classic(name, metrics);
  std::set<std::string> network;
  for (const aws::TargetGroup& group : balancers.target_groups) {
    const auto added = add_group(group, balancers, metrics, network);
    if (!added) return fail(added.error());
  }
  if (metrics.counts.empty()) {
    return fail(ErrorKind::kConflict,
                "no load balancer stands before the cluster whose requests CloudWatch counts");
  }
  std::vector<std::string> sources;
  for (const aws::Metric& count : metrics.counts) {
    sources.push_back(fmt::format("{} {} of {}", count.name_space, count.metric,
                                  count.dimensions.front().second));
  }
  metrics.source = fmt::format("{}", fmt::join(sources, ", "));
  return metrics;
}

Result<RequestMetrics> BalancerRequests::metrics(const aws::Account& account,
                                                 const Cluster& cluster,
                                                 const std::stop_token& stop) {
  const Time now = clock_.now();
  const std::string key =
      fmt::format("{} {} {}", cluster.name, to_string(cluster.kind), cluster.resource);
  {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(key);
    if (found != known_.end() && now - found->second.at < kKnownFor && found->second.at <= now) {
      return found->second.metrics;
    }
  }
  const auto balancers = balancers_of(account, cluster, stop);
  if (!balancers) return fail(balancers.error());
  auto found = metrics_of(*balancers);
  if (!found) return found;
  const std::lock_guard lock(mutex_);
  known_[key] = {now, *found};
  return found;
}

scaling::RequestRecord BalancerRequests::counted(const Cluster& cluster, Time from, Time to,
                                                 const std::stop_token& stop) {
  scaling::RequestRecord record;
  const auto account = accounts_.find(cluster.account, cluster.region);
  if (!account) {
    record.missing = account.error().message;
    return record;
  }
  const auto known = metrics(**account, cluster, stop);
  if (!known) {
    record.missing = known.error().message;
    return record;
  }
  record.source = known->source;
  std::vector<aws::Metric> all = known->counts;
  all.insert(all.end(), known->pulses.begin(), known->pulses.end());
  const auto points =
      (*account)->cloudwatch().get_metric_data(all, from, to, std::chrono::minutes{1}, stop);
  if (!points) {
    record.missing = points.error().message;
    return record;
  }
  std::map<Time, double> counts;
  std::map<Time, double> pulses;
  for (std::size_t i = 0; i < points->size(); ++i) {
    add_counts((*points)[i], i < known->counts.size() ? counts : pulses);
  }
  for (const auto& [minute, requests] : counts) record.counts.push_back({minute, requests});
  for (const auto& [minute, hosts] : pulses) record.reported.push_back(minute);
  return record;
}

}  // namespace livesonic::app
