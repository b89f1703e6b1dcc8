// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/action_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include "livesonic/base/log.h"

namespace livesonic::app {
namespace {

actions::Limits limits_of(const config::ActionLimits& config) {
  actions::Limits limits;
  limits.dry_run = config.dry_run;
  limits.kinds = config.kinds;
  limits.approve = config.approve;
  limits.keep = config.keep;
  limits.keep_percent = config.keep_percent;
  limits.cluster_cooldown = config.cluster_cooldown;
  limits.instance_cooldown = config.instance_cooldown;
  limits.per_hour = config.per_hour;
  limits.per_day = config.per_day;
  limits.hours = config.hours;
  limits.zone = config.time_zone;
  limits.breaker_percent = config.breaker;
  limits.approval_lasts = config.approval_expires;
  return limits;
}

actions::LaunchRules rules_of(const ScalingPolicy& policy) {
  actions::LaunchRules rules;
  rules.launch_template = policy.launch.launch_template;
  rules.version = policy.launch.version;
  rules.subnets = policy.launch.subnets;
  rules.drain = policy.scale_in.drain;
  rules.most = policy.max;
  for (const TimetableEntry& entry : policy.timetable) {
    rules.most = std::max({rules.most, entry.max.value_or(0), entry.min.value_or(0)});
  }
  return rules;
}

bool was_begun(remote::End end) {
  return end == remote::End::kExited || end == remote::End::kKilled ||
         end == remote::End::kTimedOut || end == remote::End::kConnectionLost;
}

// Where run()'s answer is waited for; whoever comes last forgets it.
struct Answer {
  std::mutex mutex;
  std::condition_variable_any came;
  std::optional<remote::CommandResult> result;
};

}  // namespace

actions::Settings action_settings(const config::Config& config) {
  actions::Settings settings;
  settings.defaults = limits_of(config.actions);
  for (const auto& [name, limits] : config.actions.clusters) {
    settings.clusters.emplace(name, limits_of(limits));
  }
  for (const config::ActionCommand& one : config.actions.commands) {
    settings.commands.push_back({one.name, one.line, one.timeout, one.clusters});
  }
  for (const config::ActionWebhook& one : config.actions.webhooks) {
    settings.webhooks.push_back({one.name, one.url, one.timeout});
  }
  for (const config::ActionTopic& one : config.actions.topics) {
    settings.topics.push_back({one.name, one.arn, one.account});
  }
  for (const auto& [name, policy] : config.scaling) {
    if (policy.through == ScaleThrough::kFleet) settings.launches.emplace(name, rules_of(policy));
  }
  settings.hosts_asked = config.ssh.enabled;
  settings.score_below = config.alerts.score_below;
  settings.stale_after = std::max<Duration>(std::chrono::minutes{5}, config.poll_interval * 5);
  return settings;
}

Result<actions::HostOutput> RemoteHosts::run(const Cluster& cluster, const std::string& instance,
                                             const std::string& line, Duration timeout,
                                             std::size_t limit, const std::stop_token& stop) {
  const auto instances = inventory_.instances(cluster.name, storage::Which::kWatched);
  if (!instances) return fail(instances.error());
  const auto found = std::ranges::find(*instances, instance, &Instance::id);
  if (found == instances->end()) {
    return fail(ErrorKind::kNotFound,
                fmt::format("{} is no watched member of {} any more", instance, cluster.name));
  }
  const auto host = monitoring::host_of(*found, cluster.access, access_);
  if (!host) {
    return fail(ErrorKind::kUnavailable, fmt::format("AWS has given {} no {} address", instance,
                                                     monitoring::to_string(access_.address)));
  }
  const auto answer = std::make_shared<Answer>();
  remote_.run(*host, {{.line = line, .timeout = timeout, .output_limit = limit}},
              [answer](std::vector<remote::CommandResult> results) {
                const std::lock_guard lock(answer->mutex);
                answer->result = results.empty() ? remote::CommandResult() : std::move(results[0]);
                answer->came.notify_all();
              });
  std::unique_lock lock(answer->mutex);
  // remote keeps its deadlines; this only ends earlier when a stop is asked for.
  answer->came.wait(lock, stop, [&] { return answer->result.has_value(); });
  actions::HostOutput output;
  if (!answer->result) {
    output.detail = "given up, because a stop was asked for";
    return output;
  }
  remote::CommandResult& result = *answer->result;
  output.begun = was_begun(result.end);
  if (result.end == remote::End::kExited) output.exit_status = result.exit_status;
  output.out = std::move(result.out);
  output.err = std::move(result.err);
  output.truncated = result.truncated;
  output.detail = std::move(result.detail);
  return output;
}

Result<void> WebhookCaller::post(const actions::Webhook& webhook, const std::string& json,
                                 const std::string& id, const std::stop_token& stop) {
  aws::HttpRequest request;
  request.method = "POST";
  request.url = webhook.url.reveal();
  request.headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", id}};
  request.body = json;
  request.timeout = webhook.timeout;
  request.body_limit = std::size_t{64} * 1024;
  const auto answer = transport_.send(request, stop);
  if (!answer) {
    // What the transport says may quote the URL, which may hold a token.
    return fail(
        answer.error().kind,
        fmt::format("the webhook '{}' can't be reached, or gives no whole answer", webhook.name));
  }
  if (answer->status >= 200 && answer->status < 300) return {};
  return fail(ErrorKind::kConflict, fmt::format("the webhook '{}' answered with HTTP status {}",
                                                webhook.name, answer->status));
}

Result<void> BreakerIncidents::tell(const std::vector<Finding>& findings, Time at) {
  auto told = alerting_.judge(findings, {actions::kBreakerCause}, at);
  if (told) outbox_.wake();
  return told;
}

std::set<std::string> BreakerIncidents::told_of() {
  std::set<std::string> clusters;
  const auto open = incidents_.incidents({.cluster = std::nullopt, .open = true, .limit = 1000});
  if (!open) {
    log::error("the open incidents can't be read: {}", open.error().message);
    return clusters;
  }
  for (const Incident& incident : *open) {
    if (incident.cause.starts_with(actions::kBreakerCause)) {
      clusters.insert(incident.cause.substr(actions::kBreakerCause.size()));
    }
  }
  return clusters;
}

}  // namespace livesonic::app
