// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "livesonic/base/text.h"
#include "livesonic/web/bodies.h"
#include "livesonic/web/parameters.h"
#include "livesonic/web/routes.h"
#include "livesonic/web/thinning.h"

namespace livesonic::web {
namespace {

constexpr std::size_t kImportLimit = std::size_t{16} * 1024 * 1024;

struct Wanted {
  storage::TimeRange range;
  std::size_t points = 0;
};

Result<Wanted> read_wanted(const Dependencies& dependencies, const Call& call) {
  const auto range = read_range(call.request, dependencies.clock.now());
  if (!range) return fail(range.error());
  const auto points = read_points(call.request);
  if (!points) return fail(points.error());
  return Wanted{*range, *points};
}

Answer cluster_history(const Dependencies& dependencies, const Call& call) {
  const auto wanted = read_wanted(dependencies, call);
  if (!wanted) return fail(wanted.error());
  const auto cluster = dependencies.inventory.cluster(call["name"]);
  if (!cluster) return fail(cluster.error());
  const auto points = dependencies.history.cluster_history(cluster->name, wanted->range);
  if (!points) return fail(points.error());
  return json_response({{"cluster", cluster->name},
                        {"from", to_json(wanted->range.from)},
                        {"to", to_json(wanted->range.to)},
                        {"points", to_json_list(thin(*points, wanted->range, wanted->points))}});
}

Result<void> require_instance(const Dependencies& dependencies, const Call& call) {
  if (const auto cluster = dependencies.inventory.cluster(call["name"]); !cluster) {
    return fail(cluster.error());
  }
  const auto instances = dependencies.inventory.instances(call["name"], storage::Which::kAll);
  if (!instances) return fail(instances.error());
  if (std::any_of(instances->begin(), instances->end(),
                  [&](const Instance& instance) { return instance.id == call["id"]; })) {
    return {};
  }
  return fail(ErrorKind::kNotFound, fmt::format("the cluster '{}' has no instance '{}'",
                                                call["name"], printable(shorten(call["id"], 80))));
}

Answer instance_history(const Dependencies& dependencies, const Call& call) {
  const auto wanted = read_wanted(dependencies, call);
  if (!wanted) return fail(wanted.error());
  if (auto there = require_instance(dependencies, call); !there) return fail(there.error());
  const auto points =
      dependencies.history.instance_history(call["name"], call["id"], wanted->range);
  if (!points) return fail(points.error());
  return json_response({{"cluster", call["name"]},
                        {"instance", call["id"]},
                        {"from", to_json(wanted->range.from)},
                        {"to", to_json(wanted->range.to)},
                        {"points", to_json_list(thin(*points, wanted->range, wanted->points))}});
}

// Thinned as scores are; with up to kMostMetrics series a fair share of the points for each.
constexpr std::size_t kMostPointsOfAll = 100'000;

Answer metric_history(const Dependencies& dependencies, const Call& call,
                      const std::string& instance, const std::string& service, Json head) {
  const auto wanted = read_wanted(dependencies, call);
  if (!wanted) return fail(wanted.error());
  auto series = dependencies.history.metric_history(call["name"], instance, service, wanted->range);
  if (!series) return fail(series.error());
  const std::size_t share = kMostPointsOfAll / std::max<std::size_t>(1, series->size());
  for (MetricSeries& one : *series) {
    one.points = thin(one.points, wanted->range, std::min(wanted->points, share));
  }
  head["from"] = to_json(wanted->range.from);
  head["to"] = to_json(wanted->range.to);
  head["metrics"] = to_json_list(*series);
  return json_response(head);
}

Answer service_metrics(const Dependencies& dependencies, const Call& call) {
  if (auto there = require_instance(dependencies, call); !there) return fail(there.error());
  return metric_history(
      dependencies, call, call["id"], call["service"],
      {{"cluster", call["name"]}, {"instance", call["id"]}, {"service", call["service"]}});
}

Answer probe_metrics(const Dependencies& dependencies, const Call& call) {
  const auto cluster = dependencies.inventory.cluster(call["name"]);
  if (!cluster) return fail(cluster.error());
  return metric_history(dependencies, call, "", call["probe"],
                        {{"cluster", cluster->name}, {"probe", call["probe"]}});
}

Answer import_history(const Dependencies& dependencies, const Call& call) {
  const auto cluster = dependencies.inventory.cluster(call["name"]);
  if (!cluster) return fail(cluster.error());
  const auto import = read_history_body(call.request.body);
  if (!import) return fail(import.error());
  std::size_t imported = import->cluster.size();
  for (const auto& [id, points] : import->instances) {
    if (auto done = dependencies.history.import_scores(cluster->name, id, points); !done) {
      return fail(done.error());
    }
    imported += points.size();
  }
  if (auto done = dependencies.history.import_cluster_points(cluster->name, import->cluster);
      !done) {
    return fail(done.error());
  }
  return json_response({{"imported", imported}});
}

}  // namespace

void add_history_routes(Router& router, const Dependencies& d) {
  router.add("GET", "/api/v1/clusters/{name}/history",
             [&d](const Call& call) { return cluster_history(d, call); });
  router.add(
      "POST", "/api/v1/clusters/{name}/history",
      [&d](const Call& call) { return import_history(d, call); }, kImportLimit);
  router.add("GET", "/api/v1/clusters/{name}/instances/{id}/history",
             [&d](const Call& call) { return instance_history(d, call); });
  router.add("GET", "/api/v1/clusters/{name}/instances/{id}/services/{service}/metrics",
             [&d](const Call& call) { return service_metrics(d, call); });
  router.add("GET", "/api/v1/clusters/{name}/probes/{probe}/metrics",
             [&d](const Call& call) { return probe_metrics(d, call); });
}

}  // namespace livesonic::web
