// SPDX-License-Identifier: Apache-2.0
// The model's values as the JSON objects of docs/api.md. Pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/model/action.h"
#include "livesonic/model/channel.h"
#include "livesonic/model/domain.h"
#include "livesonic/model/drift.h"
#include "livesonic/model/event.h"
#include "livesonic/model/event_queue.h"
#include "livesonic/model/history.h"
#include "livesonic/model/incident.h"
#include "livesonic/model/instance.h"
#include "livesonic/model/metric.h"
#include "livesonic/model/probe.h"
#include "livesonic/model/reading.h"
#include "livesonic/model/rule.h"
#include "livesonic/model/scaling.h"
#include "livesonic/model/service.h"
#include "livesonic/model/silence.h"
#include "livesonic/model/stream_state.h"
#include "livesonic/model/verdict.h"
#include "livesonic/web/operations.h"

namespace livesonic::web {

using Json = nlohmann::ordered_json;  // fields stand in the order of the documentation

// As text; what isn't UTF-8 is replaced.
std::string dump(const Json& json);

Json to_json(const std::optional<Time>& time);
Json to_json(Time time);
Json to_json(const ScorePoint& point);
Json to_json(const ClusterPoint& point);
Json to_json(const ScoreReading& reading);
Json to_json(const CheckReading& reading);
Json to_json(const MetricPoint& point);
Json to_json(const MetricSeries& series);
Json to_json(const Expectation& expect);
Json to_json(const Thresholds& thresholds);
Json to_json(const Service& service);
Json to_json(const Probe& probe);
Json probe_reading_json(const CheckReading& reading);  // what a probe found
Json to_json(const PoolState& pool);
Json to_json(const RequestsSeen& requests);
Json to_json(const ScalingPlan& plan);
Json to_json(const Incident& incident);
Json to_json(const Silence& silence);
Json to_json(const Rule& rule);
Json to_json(const ChannelState& channel);
Json to_json(const ChannelTest& test);
Json to_json(const Delivery& delivery);
Json to_json(const DomainAlias& alias);
Json to_json(const RecordCount& count);
Json to_json(const RegisteredDomain& domain);
Json to_json(const ServedCertificate& certificate);
Json to_json(const Domain& domain);
Json to_json(const Drift& drift);
Json to_json(const Notice& notice);
Json to_json(const EventQueueState& queue);
Json to_json(const StreamState& stream);
Json to_json(const Event& event);
Json to_json(const PollSummary& summary);
Json to_json(const SyncSummary& summary);
Json to_json(const livesonic::Action& action);  // without its output
Json to_json(const StopSwitch& state);

// `score` may be null; `checks` are those of this instance.
Json to_json(const Instance& instance, const ScoreReading* score,
             const std::vector<const CheckReading*>& checks, const Verdict& verdict);

template <typename T>
Json to_json_list(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(to_json(value));
  return list;
}

}  // namespace livesonic::web
