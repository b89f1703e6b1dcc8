// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/bodies.h"
#include "livesonic/web/parameters.h"
#include "livesonic/web/routes.h"

namespace livesonic::web {
namespace {

// Who asks for an action waits for AWS to be asked about it.
constexpr int kAtATime = 8;

Answer list_actions(const Dependencies& d, const Call& call) {
  const auto query = read_action_query(call.request);
  if (!query) return fail(query.error());
  const auto actions = d.actions.actions(*query);
  if (!actions) return fail(actions.error());
  const auto stopped = d.actions.stop_switch();
  if (!stopped) return fail(stopped.error());
  const bool more = actions->size() == static_cast<std::size_t>(query->limit);
  return json_response({{"switch", to_json(*stopped)},
                        {"actions", to_json_list(*actions)},
                        {"next", more ? Json(actions->back().id) : Json(nullptr)}});
}

Json in_full(const livesonic::Action& action) {
  Json json = to_json(action);
  json["output"] = action.output;
  return json;
}

Answer show_action(const Dependencies& d, const Call& call) {
  const auto action = d.actions.action(call["id"]);
  if (!action) return fail(action.error());
  return json_response(in_full(*action));
}

Answer ask_for_action(const Dependencies& d, const Call& call) {
  bool preview = false;
  auto request = read_action_body(call.request.body, &preview);
  if (!request) return fail(request.error());
  request->cluster = call["name"];
  const auto action =
      preview ? d.operations.preview_action(*request) : d.operations.request_action(*request);
  if (!action) return fail(action.error());
  return json_response(in_full(*action), preview ? 200 : 201);
}

Answer approve(const Dependencies& d, const Call& call) {
  const auto decision = read_decision_body(call.request.body);
  if (!decision) return fail(decision.error());
  const auto action = d.operations.approve_action(call["id"], decision->by);
  if (!action) return fail(action.error());
  return json_response(in_full(*action));
}

Answer reject(const Dependencies& d, const Call& call) {
  const auto decision = read_decision_body(call.request.body);
  if (!decision) return fail(decision.error());
  const auto action = d.operations.reject_action(call["id"], decision->by, decision->reason);
  if (!action) return fail(action.error());
  return json_response(in_full(*action));
}

Answer turn_switch(const Dependencies& d, const Call& call, bool stop) {
  const auto decision = read_decision_body(call.request.body);
  if (!decision) return fail(decision.error());
  const auto state = d.operations.switch_actions(stop, decision->by, decision->reason);
  if (!state) return fail(state.error());
  return json_response(to_json(*state));
}

}  // namespace

void add_action_routes(Router& router, const Dependencies& d) {
  const auto slots = std::make_shared<Slots>(kAtATime);
  router.add("GET", "/api/v1/actions", [&d](const Call& call) { return list_actions(d, call); });
  router.add("POST", "/api/v1/actions/stop-all",
             [&d](const Call& call) { return turn_switch(d, call, true); });
  router.add("POST", "/api/v1/actions/resume",
             [&d](const Call& call) { return turn_switch(d, call, false); });
  router.add("GET", "/api/v1/actions/{id}",
             [&d](const Call& call) { return show_action(d, call); });
  router.add("POST", "/api/v1/actions/{id}/approve",
             while_slots_last(slots, [&d](const Call& call) { return approve(d, call); }));
  router.add("POST", "/api/v1/actions/{id}/reject",
             [&d](const Call& call) { return reject(d, call); });
  router.add("POST", "/api/v1/clusters/{name}/actions",
             while_slots_last(slots, [&d](const Call& call) { return ask_for_action(d, call); }));
}

}  // namespace livesonic::web
