// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "livesonic/web/bodies.h"
#include "livesonic/web/cluster_view.h"
#include "livesonic/web/parameters.h"
#include "livesonic/web/routes.h"

namespace livesonic::web {
namespace {

Answer list_clusters(const Dependencies& dependencies) {
  auto summaries = all_summaries(dependencies);
  if (!summaries) return fail(summaries.error());
  return json_response({{"clusters", *std::move(summaries)}});
}

Answer answer_summary(const Dependencies& dependencies, const Cluster& cluster, int status) {
  const auto view = view_cluster(dependencies, cluster);
  if (!view) return fail(view.error());
  return json_response(summary_json(*view), status);
}

// And in nothing else?
bool differ_in_mode(const Cluster& existing, Cluster wanted) {
  wanted.mode = existing.mode;
  return same_registration(existing, wanted);
}

Answer register_cluster(const Dependencies& dependencies, const Call& call) {
  bool says_mode = false;
  auto wanted = read_cluster_body(call.request.body, &says_mode);
  if (!wanted) return fail(wanted.error());
  const auto existing = dependencies.inventory.cluster(wanted->name);
  if (existing && !says_mode) wanted->mode = existing->mode;
  if (existing && same_registration(*existing, *wanted)) {
    return answer_summary(dependencies, *existing, 200);
  }
  if (existing && existing->origin == Origin::kOperator && differ_in_mode(*existing, *wanted)) {
    Cluster changed = *existing;
    changed.mode = wanted->mode;
    if (auto put = dependencies.operations.add_cluster(changed); !put) return fail(put.error());
    return answer_summary(dependencies, changed, 200);
  }
  if (existing) {
    return fail(
        ErrorKind::kConflict,
        fmt::format("the cluster '{}' is there already, for the {} '{}': remove it first, or "
                    "choose another name",
                    existing->name, to_string(existing->kind), existing->resource));
  }
  if (existing.error().kind != ErrorKind::kNotFound) return fail(existing.error());

  wanted->registered_at = dependencies.clock.now();
  if (auto added = dependencies.operations.add_cluster(*wanted); !added) {
    return fail(added.error());
  }
  const auto registered = dependencies.inventory.cluster(wanted->name);
  if (!registered) return fail(registered.error());
  return answer_summary(dependencies, *registered, 201);
}

Answer show_cluster(const Dependencies& dependencies, const Call& call) {
  const auto with_gone = read_flag(call.request, "gone");
  if (!with_gone) return fail(with_gone.error());
  const auto cluster = dependencies.inventory.cluster(call["name"]);
  if (!cluster) return fail(cluster.error());
  const auto which = *with_gone ? storage::Which::kAll : storage::Which::kWatched;
  const auto view = view_cluster(dependencies, *cluster, which);
  if (!view) return fail(view.error());
  Json json = summary_json(*view);
  json["members"] = members_json(*view);
  json["services"] = to_json_list(view->services);
  json["probes"] = probes_json(*view);
  json["incidents"] = to_json_list(view->incidents);
  return json_response(json);
}

Answer remove_cluster(const Dependencies& dependencies, const Call& call) {
  if (auto empty = read_empty_body(call.request.body); !empty) return fail(empty.error());
  const auto cluster = dependencies.inventory.cluster(call["name"]);
  if (!cluster) return fail(cluster.error());
  if (cluster->origin == Origin::kFile) {
    return fail(ErrorKind::kConflict,
                fmt::format("the cluster '{}' is registered in the configuration file: remove it "
                            "there",
                            cluster->name));
  }
  if (cluster->origin == Origin::kDiscovered) {
    return fail(ErrorKind::kConflict,
                fmt::format("the cluster '{}' was found by the registration '{}', and would be "
                            "found again: remove that",
                            cluster->name, cluster->parent));
  }
  if (auto removed = dependencies.operations.remove_cluster(cluster->name); !removed) {
    return fail(removed.error());
  }
  return json_response({{"removed", cluster->name}});
}

}  // namespace

void add_cluster_routes(Router& router, const Dependencies& d) {
  router.add("GET", "/api/v1/clusters", [&d](const Call&) { return list_clusters(d); });
  router.add("POST", "/api/v1/clusters",
             [&d](const Call& call) { return register_cluster(d, call); });
  router.add("GET", "/api/v1/clusters/{name}",
             [&d](const Call& call) { return show_cluster(d, call); });
  router.add("DELETE", "/api/v1/clusters/{name}",
             [&d](const Call& call) { return remove_cluster(d, call); });
}

}  // namespace livesonic::web
