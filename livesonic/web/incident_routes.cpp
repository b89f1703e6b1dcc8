// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/bodies.h"
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
  router.add("POST", "/api/v1/incidents/{id}/acknowledgement", [&d](const Call& call) -> Answer {
    const auto said = read_acknowledgement_body(call.request.body, d.clock.now());
    if (!said) return fail(said.error());
    const auto incident = d.desk.acknowledge(call["id"], said->by, said->until, said->comment);
    if (!incident) return fail(incident.error());
    return json_response(to_json(*incident));
  });
  router.add("DELETE", "/api/v1/incidents/{id}/acknowledgement", [&d](const Call& call) -> Answer {
    if (auto empty = read_empty_body(call.request.body); !empty) return fail(empty.error());
    const auto incident = d.desk.unacknowledge(call["id"]);
    if (!incident) return fail(incident.error());
    return json_response(to_json(*incident));
  });
  router.add("POST", "/api/v1/incidents/{id}/comments", [&d](const Call& call) -> Answer {
    const auto said = read_comment_body(call.request.body);
    if (!said) return fail(said.error());
    const auto incident = d.desk.comment(call["id"], said->by, said->text);
    if (!incident) return fail(incident.error());
    return json_response(to_json(*incident), 201);
  });
}

}  // namespace livesonic::web
