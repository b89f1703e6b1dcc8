// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/parameters.h"
#include "livesonic/web/routes.h"

namespace livesonic::web {

void add_incident_routes(Router& router, const Dependencies& d) {
  router.add("GET", "/api/v1/incidents", [&d](const Call& call) -> Answer {
    const auto query = read_incident_query(call.request);
    if (!query) return fail(query.error());
    const auto incidents = d.incidents.incidents(*query);
    if (!incidents) return fail(incidents.error());
    return json_response({{"incidents", to_json_list(*incidents)}});
  });
  router.add("GET", "/api/v1/incidents/{id}", [&d](const Call& call) -> Answer {
    const auto incident = d.incidents.incident(call["id"]);
    if (!incident) return fail(incident.error());
    return json_response(to_json(*incident));
  });
}

}  // namespace livesonic::web
