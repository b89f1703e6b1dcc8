// SPDX-License-Identifier: Apache-2.0
// Silences, maintenances and deploys: times in which nobody is told.
#include "livesonic/web/bodies.h"
#include "livesonic/web/routes.h"

namespace livesonic::web {
namespace {

Answer add_silence(const Dependencies& d, const Call& call) {
  const auto wanted = read_silence_body(call.request.body, d.clock.now());
  if (!wanted) return fail(wanted.error());
  const auto hit = d.desk.preview(wanted->silence);
  if (!hit) return fail(hit.error());
  if (wanted->preview) {
    return json_response({{"silence", to_json(wanted->silence)}, {"hits", to_json_list(*hit)}});
  }
  const auto made = d.desk.silence(wanted->silence);
  if (!made) return fail(made.error());
  return json_response({{"silence", to_json(*made)}, {"hits", to_json_list(*hit)}}, 201);
}

}  // namespace

void add_silence_routes(Router& router, const Dependencies& d) {
  router.add("GET", "/api/v1/silences", [&d](const Call&) -> Answer {
    const auto silences = d.desk.silences();
    if (!silences) return fail(silences.error());
    return json_response({{"silences", to_json_list(*silences)}});
  });
  router.add("POST", "/api/v1/silences", [&d](const Call& call) { return add_silence(d, call); });
  router.add("DELETE", "/api/v1/silences/{id}", [&d](const Call& call) -> Answer {
    if (auto empty = read_empty_body(call.request.body); !empty) return fail(empty.error());
    const auto ended = d.desk.end_silence(call["id"]);
    if (!ended) return fail(ended.error());
    return json_response(to_json(*ended));
  });
}

}  // namespace livesonic::web
