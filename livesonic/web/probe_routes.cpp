// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/web/bodies.h"
#include "livesonic/web/routes.h"

namespace livesonic::web {
namespace {

Answer list_probes(const Dependencies& dependencies) {
  const auto probes = dependencies.inventory.probes();
  if (!probes) return fail(probes.error());
  return json_response({{"probes", to_json_list(*probes)}});
}

Result<std::optional<Probe>> find_probe(const Dependencies& dependencies, const std::string& name) {
  auto probes = dependencies.inventory.probes();
  if (!probes) return fail(probes.error());
  for (Probe& probe : *probes) {
    if (probe.name == name) return std::move(probe);
  }
  return std::nullopt;
}

void tell(const Dependencies& dependencies, const std::string& probe) {
  dependencies.events.publish({"probes.changed", "", probe, "", dependencies.clock.now()});
}

Answer add_probe(const Dependencies& dependencies, const Call& call) {
  const auto wanted = read_probe_body(call.request.body);
  if (!wanted) return fail(wanted.error());
  const auto existing = find_probe(dependencies, wanted->name);
  if (!existing) return fail(existing.error());
  if (*existing == *wanted) return json_response(to_json(*wanted), 200);
  if (existing->has_value()) {
    return fail(ErrorKind::kConflict,
                fmt::format("there is another probe '{}' already{}", wanted->name,
                            (*existing)->origin == Origin::kFile
                                ? ", of the configuration file: change it there"
                                : ": remove it first, or choose another name"));
  }
  if (auto put = dependencies.inventory.put_probe(*wanted); !put) return fail(put.error());
  tell(dependencies, wanted->name);
  return json_response(to_json(*wanted), 201);
}

Answer remove_probe(const Dependencies& dependencies, const Call& call) {
  if (auto empty = read_empty_body(call.request.body); !empty) return fail(empty.error());
  const std::string& name = call["name"];
  const auto existing = find_probe(dependencies, name);
  if (!existing) return fail(existing.error());
  if (!existing->has_value()) {
    return fail(ErrorKind::kNotFound,
                fmt::format("there is no probe '{}'", printable(shorten(name, 80))));
  }
  if ((*existing)->origin == Origin::kFile) {
    return fail(
        ErrorKind::kConflict,
        fmt::format("the probe '{}' is one of the configuration file: remove it there", name));
  }
  if (auto removed = dependencies.inventory.remove_probe(name); !removed) {
    return fail(removed.error());
  }
  tell(dependencies, name);
  return json_response({{"removed", name}});
}

}  // namespace

void add_probe_routes(Router& router, const Dependencies& d) {
  router.add("GET", "/api/v1/probes", [&d](const Call&) { return list_probes(d); });
  router.add("POST", "/api/v1/probes", [&d](const Call& call) { return add_probe(d, call); });
  router.add("DELETE", "/api/v1/probes/{name}",
             [&d](const Call& call) { return remove_probe(d, call); });
}

}  // namespace livesonic::web
