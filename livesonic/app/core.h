// SPDX-License-Identifier: Apache-2.0
// The parts that need neither AWS nor the hosts: the store, the incidents and their messages.
#pragma once

#include <memory>
#include <mutex>

#include "livesonic/alerting/alerting.h"
#include "livesonic/app/channels.h"
#include "livesonic/app/health.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/config/config.h"
#include "livesonic/notify/outbox.h"
#include "livesonic/storage/store.h"
#include "livesonic/web/live_events.h"

namespace livesonic::app {

struct Core {
  // `time` must outlive it; null: the system's.
  explicit Core(std::unique_ptr<storage::Store> opened, const config::Config& config,
                const Clock* time = nullptr);

  const SystemClock system_clock;
  const Clock& clock;
  std::unique_ptr<storage::Store> store;
  web::LiveEvents events;
  // Findings are judged by one thread at a time.
  std::mutex findings;
  Health health;
  SnsPublisher publisher;
  alerting::Alerting alerting;
  notify::Outbox outbox;  // its threads end first: they use the rest
  OutboxChannels channels;
};

// Opens the store and brings the clusters and services that the file registers into it; what the
// file registered before and doesn't any more is removed.
Result<std::unique_ptr<Core>> open_core(const config::Config& config, const Clock* time = nullptr);

// Registers the cluster and tells that it is there.
Result<void> add_cluster(Core& core, const Cluster& cluster);

// Retires the cluster's instances and closes its incidents, with their messages. Those that it
// brought, being a registration, go with it.
Result<void> remove_cluster(Core& core, const std::string& name, const std::string& why);

// Drops the history of all months but the current one and the `keep_months` before it.
void drop_old_months(Core& core, int keep_months);

}  // namespace livesonic::app
