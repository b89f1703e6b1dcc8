// SPDX-License-Identifier: Apache-2.0
// The HTTP API of docs/api.md, and the site that serves it together with the dashboard.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/httpd/server.h"
#include "livesonic/model/event_queue.h"
#include "livesonic/model/scaling.h"
#include "livesonic/model/stream_state.h"
#include "livesonic/storage/actions.h"
#include "livesonic/storage/domains.h"
#include "livesonic/storage/history.h"
#include "livesonic/storage/host_keys.h"
#include "livesonic/storage/incidents.h"
#include "livesonic/storage/inventory.h"
#include "livesonic/web/assets.h"
#include "livesonic/web/channels.h"
#include "livesonic/web/incident_desk.h"
#include "livesonic/web/live_events.h"
#include "livesonic/web/operations.h"

namespace livesonic::web {

// All must outlive what is made with them.
struct Dependencies {
  storage::Inventory& inventory;
  storage::History& history;
  storage::Incidents& incidents;
  storage::Domains& domains;
  storage::HostKeys& host_keys;
  storage::Actions& actions;
  Operations& operations;
  IncidentDesk& desk;
  LiveEvents& events;
  const Clock& clock;
  std::string data_dir;
  Time started_at;
  // What /metrics tells, in Prometheus' text format; callable from any thread.
  std::function<std::string()> metrics = [] { return std::string(); };
  // The queues of AWS's events that are listened to; callable from any thread.
  std::function<std::vector<EventQueueState>()> event_queues = [] {
    return std::vector<EventQueueState>();
  };
  // How the instances' streams of scores go; callable from any thread.
  std::function<std::vector<StreamState>()> streams = [] { return std::vector<StreamState>(); };
  // What the policies want of their clusters now; callable from any thread.
  std::function<std::vector<ScalingPlan>()> scaling_plans = [] {
    return std::vector<ScalingPlan>();
  };
  // A cluster's history of that time replayed against its policy: kNotFound where it has none.
  // Callable from any thread.
  std::function<Result<nlohmann::ordered_json>(const std::string&, Time from, Time to)>
      scaling_backtest = [](const std::string& cluster, Time, Time) {
        return Result<nlohmann::ordered_json>(
            fail(ErrorKind::kNotFound, "nothing scales cluster '" + cluster + "'"));
      };
  Channels* channels = nullptr;  // none: no message is sent from here
  // What a cluster, or each of them, has cost, and what would have cost less. Callable from any
  // thread.
  std::function<Result<nlohmann::ordered_json>(const std::optional<std::string>& cluster, Time from,
                                               Time to)>
      costs = [](const std::optional<std::string>&, Time, Time) {
        return Result<nlohmann::ordered_json>(
            fail(ErrorKind::kUnavailable, "nobody keeps the costs here"));
      };
};

// The API alone, for requests from within this process: who may ask is not checked. Thread-safe.
std::unique_ptr<httpd::Handler> make_api(Dependencies dependencies);

// The API, its event stream, /metrics and the dashboard, for a socket: refuses what a web page of
// elsewhere might send (see guard.h). `assets` must stay. Thread-safe.
std::unique_ptr<httpd::Handler> make_site(Dependencies dependencies, std::span<const Asset> assets);

}  // namespace livesonic::web
