// SPDX-License-Identifier: Apache-2.0
// Everything that is shown of one cluster, gathered from the store.
#pragma once

#include <optional>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/cluster.h"
#include "livesonic/model/incident.h"
#include "livesonic/model/instance.h"
#include "livesonic/model/reading.h"
#include "livesonic/model/service.h"
#include "livesonic/model/stream_state.h"
#include "livesonic/model/verdict.h"
#include "livesonic/web/api.h"
#include "livesonic/web/to_json.h"

namespace livesonic::web {

struct ClusterView {
  Cluster cluster;
  std::vector<Instance> instances;   // retired ones only where they were asked for
  std::int64_t retired = 0;          // how many of those there are
  std::vector<Service> services;     // those that apply
  std::vector<Probe> probes;         // likewise
  std::vector<CheckReading> fronts;  // what they found
  std::vector<ScoreReading> scores;
  std::vector<CheckReading> checks;
  std::vector<Incident> incidents;  // open ones
  std::optional<ClusterPoint> latest;
  std::vector<std::optional<double>> trend;
  std::vector<StreamState> streams;  // of this cluster's instances
  Time at{};                         // when it was gathered
  Judging judging;
};

Result<ClusterView> view_cluster(const Dependencies& dependencies, const Cluster& cluster,
                                 storage::Which which = storage::Which::kWatched);

// ClusterSummary of docs/api.md. Pure.
Json summary_json(const ClusterView& view);
// The cluster's probes, each with what it found last or null. Pure.
Json probes_json(const ClusterView& view);
// The Instances of docs/api.md, by label. Pure.
Json members_json(const ClusterView& view);

// The summaries of all clusters.
Result<Json> all_summaries(const Dependencies& dependencies);

}  // namespace livesonic::web
