// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/core.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "livesonic/base/log.h"

namespace livesonic::app {
namespace {

notify::OutboxHooks outbox_hooks(Core& core, const config::Config& config) {
  notify::OutboxHooks hooks;
  hooks.complete = [&core, url = config.public_url](notify::Message& message) {
    complete_message(message, *core.store, url);
  };
  hooks.channels_changed = [&core]() -> Result<void> {
    const std::lock_guard lock(core.findings);
    const auto channels = core.outbox.states();
    if (!channels) return fail(channels.error());
    auto judged =
        core.alerting.judge(broken_channels(*channels), {kChannelCause}, core.clock.now());
    if (judged) core.outbox.wake();
    return judged;
  };
  return hooks;
}

alerting::Rules rules(const config::Config& config) {
  const config::AlertConfig& alerts = config.alerts;
  alerting::Basics basics;
  basics.score_below = alerts.score_below;
  basics.service_down = alerts.service_down;
  basics.unreachable = alerts.unreachable;
  basics.vanished = alerts.vanished;
  basics.polls_to_open = alerts.polls_to_open;
  basics.polls_to_close = alerts.polls_to_close;
  basics.repeat = alerts.repeat;
  basics.escalate = alerts.escalate;
  alerting::Rules rules;
  rules.rules = alerting::with_basics(basics, alerts.rules);
  rules.interval = config.poll_interval;
  rules.boot_grace = alerts.boot_grace;
  if (alerts.score_below > 0) rules.suffering_below = alerts.score_below;
  rules.critical_below = alerts.critical_below;
  rules.flapping = {alerts.flapping_openings, alerts.flapping_within, alerts.flapping_calm};
  rules.depends_on = alerts.depends_on;
  return rules;
}

std::vector<alerting::Maintenance> maintenances(const config::Config& config) {
  std::vector<alerting::Maintenance> made;
  for (const config::MaintenanceConfig& one : config.maintenance) {
    if (one.at) made.push_back({one.name, one.clusters, *one.at, one.lasts, one.comment, one.only});
  }
  return made;
}

template <typename Named>
bool names(const std::vector<Named>& all, const std::string& name) {
  return std::any_of(all.begin(), all.end(), [&](const Named& one) { return one.name == name; });
}

Result<void> register_clusters(Core& core, const std::vector<Cluster>& wanted) {
  const auto known = core.store->clusters();
  if (!known) return fail(known.error());
  for (const Cluster& cluster : *known) {
    if (cluster.origin == Origin::kFile && !names(wanted, cluster.name)) {
      auto removed =
          remove_cluster(core, cluster.name, "the configuration file no longer registers it");
      if (!removed) return removed;
    }
  }
  for (const Cluster& cluster : wanted) {
    const auto same = std::find_if(known->begin(), known->end(), [&](const Cluster& one) {
      return same_registration(one, cluster) && one.origin == cluster.origin;
    });
    if (same != known->end()) continue;
    Cluster registered = cluster;
    registered.registered_at = core.clock.now();
    if (auto put = core.store->put_cluster(registered); !put) return put;
  }
  return {};
}

Result<void> close_orphans(Core& core) {
  const auto known = core.store->clusters();
  if (!known) return fail(known.error());
  const auto open = core.store->incidents({.cluster = std::nullopt, .open = true, .limit = 1000});
  if (!open) return fail(open.error());
  for (const Incident& incident : *open) {
    if (incident.cluster.empty() || names(*known, incident.cluster)) continue;
    auto closed =
        core.alerting.close_cluster(incident.cluster, "the cluster was removed", core.clock.now());
    if (!closed) return closed;
  }
  return {};
}

Result<void> register_services(Core& core, const std::vector<Service>& wanted) {
  const auto known = core.store->services();
  if (!known) return fail(known.error());
  for (const Service& service : *known) {
    if (service.origin == Origin::kFile && !names(wanted, service.name)) {
      if (auto removed = core.store->remove_service(service.name); !removed) return removed;
    }
  }
  for (const Service& service : wanted) {
    if (std::find(known->begin(), known->end(), service) != known->end()) continue;
    if (auto put = core.store->put_service(service); !put) return put;
  }
  return {};
}

Result<void> register_probes(Core& core, const std::vector<Probe>& wanted) {
  const auto known = core.store->probes();
  if (!known) return fail(known.error());
  for (const Probe& probe : *known) {
    if (probe.origin == Origin::kFile && !names(wanted, probe.name)) {
      if (auto removed = core.store->remove_probe(probe.name); !removed) return removed;
    }
  }
  for (const Probe& probe : wanted) {
    if (std::find(known->begin(), known->end(), probe) != known->end()) continue;
    if (auto put = core.store->put_probe(probe); !put) return put;
  }
  return {};
}

}  // namespace

Core::Core(std::unique_ptr<storage::Store> opened, const config::Config& config, const Clock* time)
    : clock(time != nullptr ? *time : system_clock),
      store(std::move(opened)),
      health(*store, clock, config.poll_interval),
      publisher(config.aws, clock),
      alerting({*store, *store, events,
                [this](const std::string& cluster, const std::vector<std::string>& ids) {
                  return store->tags_of(cluster, ids);
                }},
               rules(config), config::names_of(config.channels), maintenances(config)),
      outbox(*store, make_channels(config.channels, publisher, clock), clock,
             outbox_hooks(*this, config)),
      channels(outbox) {}

Result<std::unique_ptr<Core>> open_core(const config::Config& config, const Clock* time) {
  auto store = storage::open_sqlite(config.data_dir);
  if (!store) return fail(store.error());
  auto core = std::make_unique<Core>(std::move(*store), config, time);
  if (auto done = register_clusters(*core, config.clusters); !done) return fail(done.error());
  if (auto done = register_services(*core, config.services); !done) return fail(done.error());
  if (auto done = register_probes(*core, config.probes); !done) return fail(done.error());
  if (auto done = core->alerting.load_rules(); !done) return fail(done.error());
  if (auto done = close_orphans(*core); !done) return fail(done.error());
  return core;
}

Result<void> add_cluster(Core& core, const Cluster& cluster) {
  if (auto put = core.store->put_cluster(cluster); !put) return put;
  core.events.publish({"cluster.added", cluster.name, "", cluster.resource, core.clock.now()});
  return {};
}

Result<void> remove_cluster(Core& core, const std::string& name, const std::string& why) {
  const auto all = core.store->clusters();
  if (!all) return fail(all.error());
  const Time now = core.clock.now();
  // Removed first, so that no poll under way opens another incident. A crash in between leaves
  // incidents that the next start closes.
  if (auto removed = core.store->remove_cluster(name, now, why); !removed) return removed;
  if (auto closed = core.alerting.close_cluster(name, why, now); !closed) return closed;
  core.outbox.wake();
  core.events.publish({"cluster.removed", name, "", why, now});
  for (const Cluster& other : *all) {
    if (other.parent != name) continue;
    if (auto removed = remove_cluster(core, other.name, why); !removed) return removed;
  }
  return {};
}

void drop_old_months(Core& core, int keep_months) {
  const Month first = months_before(month_of(core.clock.now()), keep_months);
  const auto dropped = core.store->drop_months_before(first);
  if (!dropped) {
    log::error("cannot drop old history: {}", dropped.error().message);
    return;
  }
  for (const Month& month : *dropped) log::info("dropped the history of {}", to_string(month));
}

}  // namespace livesonic::app
