// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <optional>

#include "livesonic/base/text.h"
#include "livesonic/web/bodies.h"
#include "livesonic/web/routes.h"

namespace livesonic::web {
namespace {

Answer list_services(const Dependencies& dependencies) {
  const auto services = dependencies.inventory.services();
  if (!services) return fail(services.error());
  return json_response({{"services", to_json_list(*services)}});
}

Result<std::optional<Service>> find_service(const Dependencies& dependencies,
                                            const std::string& name) {
  auto services = dependencies.inventory.services();
  if (!services) return fail(services.error());
  for (Service& service : *services) {
    if (service.name == name) return std::move(service);
  }
  return std::nullopt;
}

void tell(const Dependencies& dependencies, const std::string& service) {
  dependencies.events.publish({"services.changed", "", service, "", dependencies.clock.now()});
}

Answer add_service(const Dependencies& dependencies, const Call& call) {
  const auto wanted = read_service_body(call.request.body);
  if (!wanted) return fail(wanted.error());
  const auto existing = find_service(dependencies, wanted->name);
  if (!existing) return fail(existing.error());
  if (*existing == *wanted) return json_response(to_json(*wanted), 200);
  if (existing->has_value()) {
    return fail(ErrorKind::kConflict,
                fmt::format("there is another service '{}' already{}", wanted->name,
                            (*existing)->origin == Origin::kFile
                                ? ", of the configuration file: change it there"
                                : ": remove it first, or choose another name"));
  }
  if (auto put = dependencies.inventory.put_service(*wanted); !put) return fail(put.error());
  tell(dependencies, wanted->name);
  return json_response(to_json(*wanted), 201);
}

Answer remove_service(const Dependencies& dependencies, const Call& call) {
  if (auto empty = read_empty_body(call.request.body); !empty) return fail(empty.error());
  const std::string& name = call["name"];
  const auto existing = find_service(dependencies, name);
  if (!existing) return fail(existing.error());
  if (!existing->has_value()) {
    return fail(ErrorKind::kNotFound,
                fmt::format("there is no service '{}'", printable(shorten(name, 80))));
  }
  if ((*existing)->origin == Origin::kFile) {
    return fail(
        ErrorKind::kConflict,
        fmt::format("the service '{}' is one of the configuration file: remove it there", name));
  }
  if (auto removed = dependencies.inventory.remove_service(name); !removed) {
    return fail(removed.error());
  }
  tell(dependencies, name);
  return json_response({{"removed", name}});
}

}  // namespace

void add_service_routes(Router& router, const Dependencies& d) {
  router.add("GET", "/api/v1/services", [&d](const Call&) { return list_services(d); });
  router.add("POST", "/api/v1/services", [&d](const Call& call) { return add_service(d, call); });
  router.add("DELETE", "/api/v1/services/{name}",
             [&d](const Call& call) { return remove_service(d, call); });
}

}  // namespace livesonic::web
