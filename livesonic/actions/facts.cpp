// SPDX-License-Identifier: Apache-2.0
#include "livesonic/actions/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "livesonic/actions/ownership.h"
#include "livesonic/actions/releases.h"

namespace livesonic::actions {
namespace {

bool concerns_balancer(ActionKind kind) {
  return kind == ActionKind::kDeregister || kind == ActionKind::kRegister ||
         kind == ActionKind::kDrain;
}

bool concerns_ec2(ActionKind kind) {
  return kind == ActionKind::kReboot || kind == ActionKind::kStop || kind == ActionKind::kStart ||
         kind == ActionKind::kReplace || kind == ActionKind::kTerminate ||
         kind == ActionKind::kSetHealth || kind == ActionKind::kEnterStandby ||
         kind == ActionKind::kExitStandby;
}

bool concerns_group(ActionKind kind, ClusterKind cluster) {
  if (kind == ActionKind::kSetCapacity) return cluster != ClusterKind::kEcsService;
  return kind == ActionKind::kReplace || kind == ActionKind::kTerminate ||
         kind == ActionKind::kSetHealth || kind == ActionKind::kEnterStandby ||
         kind == ActionKind::kExitStandby;
}

bool is_doomed(const Instance& instance) {
  return instance.standing.notice && instance.standing.notice->interruption;
}

constexpr int kMostTasks = 5000;  // of an ECS service

Result<void> ask_about_group(Cloud& cloud, const Cluster& cluster, const ActionRequest& request,
                             const std::vector<Instance>& instances, View& view,
                             const std::stop_token& stop) {
  std::vector<std::string> ids;
  for (const Instance& instance : instances) ids.push_back(instance.id);
  const auto group = cloud.group(cluster, request.instance, ids, stop);
  if (!group) {
    const ErrorKind kind = group.error().kind;
    // Without a group EC2 terminates it by itself.
    if (kind == ErrorKind::kNotFound && request.kind == ActionKind::kTerminate) return {};
    if (kind != ErrorKind::kNotFound && kind != ErrorKind::kConflict) return fail(group.error());
    view.not_owned = group.error().message;
    return {};
  }
  view.not_owned = group->not_owned;
  view.capacity = group->desired;
  view.least = group->least;
  view.most = group->most;
  return {};
}

// What livesonic launched itself: how much of it there is, and whether what is to be released is
// such.
Result<void> ask_about_launches(Cloud& cloud, const Cluster& cluster, const ActionRequest& request,
                                const std::vector<Instance>& instances, View& view,
                                const std::stop_token& stop) {
  const bool possible = cluster.kind == ClusterKind::kElb || cluster.kind == ClusterKind::kTag ||
                        has_target_groups(cluster.kind);
  if (!possible) {
    view.not_owned =
        fmt::format("the cluster {} is of the kind {}: what livesonic launches could not join it",
                    cluster.name, to_string(cluster.kind));
    return {};
  }
  const auto hosts = cloud.launched(cluster, stop);
  if (!hosts) return fail(hosts.error());
  // What AWS takes back makes room for what comes in its place.
  std::set<std::string> there;
  std::set<std::string> doomed;
  for (const Instance& instance : instances) {
    (is_doomed(instance) ? doomed : there).insert(instance.id);
  }
  for (const LaunchedHost& host : *hosts) {
    ++view.launched[host.launch];
    if (host.state != "shutting-down" && !doomed.contains(host.id)) there.insert(host.id);
  }
  view.capacity = static_cast<int>(there.size());
  view.doomed = request.kind == ActionKind::kRelease;
  for (const std::string& id : request.instances()) {
    const auto host = std::ranges::find(*hosts, id, &LaunchedHost::id);
    if (host == hosts->end()) {
      view.not_owned = fmt::format("{} does not bear the tag {}={} of what livesonic launched", id,
                                   kClusterTag, cluster.name);
      return {};
    }
    view.is_protected |= host->is_protected;
    const auto member = std::ranges::find(instances, id, &Instance::id);
    view.doomed &= member != instances.end() && is_doomed(*member);
  }
  return {};
}

// The release to go back to, or why there is none.
Result<void> ask_about_releases(Cloud& cloud, const Cluster& cluster, const ActionRequest& request,
                                const std::vector<Instance>& instances, const Past& past,
                                View& view, const std::stop_token& stop) {
  for (const Instance& instance : instances) view.is_protected |= is_protected(instance.tags);
  const auto note = [&](const Result<WayBack>& way) {
    if (way) {
      view.from = way->from;
      view.to = way->to;
    } else {
      view.no_way = way.error().message;
    }
  };
  if (cluster.kind == ClusterKind::kEcsService) {
    const auto service = cloud.service(cluster, stop);
    if (!service) return fail(service.error());
    note(way_back(*service, past.releases, request.target));
    return {};
  }
  std::vector<std::string> ids;
  for (const Instance& instance : instances) ids.push_back(instance.id);
  const auto group = cloud.group(cluster, "", ids, stop);
  if (!group) {
    const ErrorKind kind = group.error().kind;
    if (kind != ErrorKind::kNotFound && kind != ErrorKind::kConflict) return fail(group.error());
    view.not_owned = group.error().message;
    return {};
  }
  view.not_owned = group->not_owned;
  const auto refreshes = cloud.refreshes(cluster, group->name, stop);
  if (!refreshes) return fail(refreshes.error());
  note(
      way_back(*group, *refreshes, releases_of_group(past.instances, group->name), request.target));
  return {};
}

}  // namespace

std::vector<Member> members_of(const std::vector<Instance>& instances,
                               const std::vector<ScoreReading>& scores,
                               const std::vector<CheckReading>& checks, const Settings& settings,
                               Time now) {
  std::set<std::string> failing;
  for (const CheckReading& check : checks) {
    const bool fresh = now - check.at < settings.stale_after;
    if (fresh && is_failed_check(check.outcome)) failing.insert(check.instance);
  }
  std::vector<Member> members;
  for (const Instance& instance : instances) {
    Member member;
    member.id = instance.id;
    member.observed_at = instance.last_seen;
    const bool serves = is_in_service(instance.balancer_state) && !instance.missing_since;
    const auto score = std::ranges::find(scores, instance.id, &ScoreReading::instance);
    const bool known = score != scores.end() && now - score->at < settings.stale_after;
    bool well = !settings.hosts_asked;
    bool unwell = !serves;
    if (settings.hosts_asked && known) {
      member.observed_at = std::min(member.observed_at, score->at);
      // Work that we could not even begin says nothing of the host.
      const bool answered = score->outcome != Outcome::kNotRun;
      const bool low = score->score && *score->score < settings.score_below;
      well = score->score && !low && !failing.contains(instance.id);
      unwell |= answered && !well;
    }
    member.sound = serves && well && !is_doomed(instance);
    member.suffering = unwell;
    members.push_back(std::move(member));
  }
  return members;
}

Result<std::vector<Instance>> watched(storage::Inventory& inventory, const std::string& cluster) {
  return inventory.instances(cluster, storage::Which::kWatched);
}

Result<void> ask_cloud(Cloud& cloud, const Cluster& cluster, const ActionRequest& request,
                       const std::vector<Instance>& instances, const Past& past,
                       const Settings& settings, View& view, const std::stop_token& stop) {
  const auto member = std::ranges::find(instances, request.instance, &Instance::id);
  if (needs_instance(request.kind)) {
    if (member == instances.end()) return {};
    view.is_protected = is_protected(member->tags);
    view.doomed = is_doomed(*member);
  }
  const bool balanced = cluster.kind == ClusterKind::kElb || has_target_groups(cluster.kind);
  if (concerns_balancer(request.kind) && !balanced) {
    view.not_owned = fmt::format("the cluster {} is of the kind {}, and has no balancer of its own",
                                 cluster.name, to_string(cluster.kind));
    return {};
  }
  if (concerns_ec2(request.kind) && !request.instance.starts_with("i-")) {
    view.not_owned = fmt::format("{} is no EC2 instance", request.instance);
    return {};
  }
  if (takes_away(request.kind) && request.instance.starts_with("i-")) {
    // The tag may be newer than what discovery has seen of it.
    const auto host = cloud.host(cluster, request.instance, stop);
    if (!host) return fail(host.error());
    view.is_protected |= host->is_protected;
    if (host->state.empty()) {
      view.not_owned = fmt::format("EC2 does not know {}", request.instance);
      return {};
    }
  }
  if (request.kind == ActionKind::kLaunch || request.kind == ActionKind::kRelease) {
    if (const LaunchRules* rules = settings.launch_rules(cluster.name)) view.most = rules->most;
    return ask_about_launches(cloud, cluster, request, instances, view, stop);
  }
  if (request.kind == ActionKind::kRollBack) {
    return ask_about_releases(cloud, cluster, request, instances, past, view, stop);
  }
  if (concerns_group(request.kind, cluster.kind)) {
    return ask_about_group(cloud, cluster, request, instances, view, stop);
  }
  const bool about_service =
      request.kind == ActionKind::kDeploy || request.kind == ActionKind::kSetCapacity;
  if (!about_service) return {};
  if (cluster.kind != ClusterKind::kEcsService) {
    view.not_owned = fmt::format("the cluster {} is of the kind {}, and no ECS service",
                                 cluster.name, to_string(cluster.kind));
    return {};
  }
  const auto service = cloud.service(cluster, stop);
  if (!service) return fail(service.error());
  view.capacity = service->desired;
  view.most = kMostTasks;
  return {};
}

std::string describe(const ActionRequest& request, const Cluster& cluster,
                     const std::vector<Instance>& instances, const View& view) {
  const auto member = std::ranges::find(instances, request.instance, &Instance::id);
  const std::string who = member == instances.end() || member->name.empty()
                              ? request.instance
                              : fmt::format("{} ({})", member->name, member->id);
  const std::string where = fmt::format("{} {}", to_string(cluster.kind), cluster.resource);
  switch (request.kind) {
    case ActionKind::kDeregister:
      return fmt::format("deregister {} from {}", who, where);
    case ActionKind::kRegister:
      return fmt::format("register {} with {}", who, where);
    case ActionKind::kDrain:
      return fmt::format("deregister {} from {} and wait until it has drained", who, where);
    case ActionKind::kReboot:
      return fmt::format("reboot {}", who);
    case ActionKind::kStop:
      return fmt::format("stop {}", who);
    case ActionKind::kStart:
      return fmt::format("start {}", who);
    case ActionKind::kReplace:
      return fmt::format("have {} replaced by its Auto Scaling group, which {}", who,
                         view.capacity < view.most ? "launches another first"
                                                   : "launches another after it is terminated");
    case ActionKind::kTerminate:
      return fmt::format("terminate {}", who);
    case ActionKind::kSetCapacity:
      return fmt::format("set the capacity of {} to {} (now {})", cluster.name,
                         request.capacity.value_or(0), view.capacity);
    case ActionKind::kLaunch:
      return fmt::format("launch {} {} for {}{}", request.capacity.value_or(0), request.target,
                         cluster.name, request.text.empty() ? "" : " in place of " + request.text);
    case ActionKind::kRelease:
      return fmt::format("drain and terminate {} of {}", request.target, cluster.name);
    case ActionKind::kSetHealth:
      return fmt::format("tell the Auto Scaling group that {} is {}", who,
                         request.healthy.value_or(false) ? "healthy" : "unhealthy");
    case ActionKind::kEnterStandby:
      return fmt::format("put {} on standby", who);
    case ActionKind::kExitStandby:
      return fmt::format("take {} out of standby", who);
    case ActionKind::kRun:
      return fmt::format("run '{}' on {}", request.target, who);
    case ActionKind::kDeploy:
      return fmt::format("start all tasks of {} anew", where);
    case ActionKind::kRollBack:
      return fmt::format("roll {} back{}{}", where, view.from.empty() ? "" : " from " + view.from,
                         view.to.empty() ? "" : " to " + view.to);
    case ActionKind::kPublish:
      return fmt::format("publish a message to the topic '{}'", request.target);
    case ActionKind::kWebhook:
      return fmt::format("call the webhook '{}'", request.target);
    case ActionKind::kDiagnose:
      return fmt::format("capture what {} says of itself", who);
  }
  return {};
}

namespace {

Result<void> check_launches(const ActionRequest& request, const Settings& settings) {
  if (settings.launch_rules(request.cluster) != nullptr) return {};
  return fail(ErrorKind::kInvalidInput,
              fmt::format("the configuration launches no instances for the cluster {}: its scaling "
                          "needs through: fleet, and a launch template",
                          request.cluster));
}

}  // namespace

Result<void> check_request(const ActionRequest& request, const Settings& settings) {
  const auto wrong = [](std::string text) {
    return fail(ErrorKind::kInvalidInput, std::move(text));
  };
  const ActionKind kind = request.kind;
  if (needs_instance(kind) == request.instance.empty()) {
    return wrong(
        request.instance.empty()
            ? fmt::format("{} needs an instance", to_string(kind))
            : fmt::format("{} is about the whole cluster, and takes no instance", to_string(kind)));
  }
  const bool counts = kind == ActionKind::kSetCapacity || kind == ActionKind::kLaunch;
  if (counts != request.capacity.has_value()) {
    return wrong("set_capacity and launch, and nothing else, need a capacity");
  }
  if ((kind == ActionKind::kSetHealth) != request.healthy.has_value()) {
    return wrong("set_health, and nothing else, needs to be told healthy or not");
  }
  const auto known = [&](const auto* found, const char* what) -> Result<void> {
    if (found != nullptr) return {};
    return wrong(fmt::format("the configuration has no {} called '{}'", what, request.target));
  };
  switch (kind) {
    case ActionKind::kRun: {
      const NamedCommand* command = settings.command(request.target);
      if (command == nullptr) return known(command, "command");
      if (command->applies_to(request.cluster)) return {};
      return wrong(fmt::format("the command '{}' is not for the cluster {}", command->name,
                               request.cluster));
    }
    case ActionKind::kLaunch: {
      const auto purchase = parse_purchase(request.target);
      if (!purchase) return fail(purchase.error());
      if (*request.capacity < 1) return wrong("launch needs a capacity of at least 1");
      return check_launches(request, settings);
    }
    case ActionKind::kRelease:
      if (request.instances().empty()) return wrong("release needs the ids of instances as target");
      return check_launches(request, settings);
    case ActionKind::kRollBack:
      return {};  // what it names is compared with what AWS says
    case ActionKind::kWebhook:
      return known(settings.webhook(request.target), "webhook for actions");
    case ActionKind::kPublish:
      if (request.text.empty()) return wrong("publish needs a text");
      return known(settings.topic(request.target), "topic");
    default:
      if (request.target.empty()) return {};
      return wrong(fmt::format("{} takes no target", to_string(kind)));
  }
}

}  // namespace livesonic::actions
