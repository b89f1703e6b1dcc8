// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "livesonic/web/bodies.h"
#include "livesonic/web/parameters.h"
#include "livesonic/web/routes.h"

namespace livesonic::web {
namespace {

// Tests wait for receivers: most of the server's handlers must be left to others.
constexpr int kTestsAtOnce = 4;
constexpr int kMostDeliveries = 1000;

Answer no_channels() {
  return fail(ErrorKind::kNotFound, "no notification channel is configured here");
}

Answer list(const Dependencies& d) {
  if (d.channels == nullptr) return json_response({{"channels", Json::array()}});
  const auto channels = d.channels->list();
  if (!channels) return fail(channels.error());
  return json_response({{"channels", to_json_list(*channels)}});
}

Answer deliveries(const Dependencies& d, const Call& call) {
  const auto given = call.request.query.find("state");
  const std::string state = given == call.request.query.end() ? "dead" : given->second;
  if (state != "dead" && state != "waiting") {
    return fail(ErrorKind::kInvalidInput, "'state' must be dead or waiting");
  }
  const auto found =
      state == "dead" ? d.incidents.dead_deliveries(kMostDeliveries) : d.incidents.undelivered();
  if (!found) return fail(found.error());
  return json_response({{"deliveries", to_json_list(*found)}});
}

Answer test(const Dependencies& d, const Call& call) {
  if (auto empty = read_empty_body(call.request.body); !empty) return fail(empty.error());
  if (d.channels == nullptr) return no_channels();
  const auto result = d.channels->test(call["name"]);
  if (!result) return fail(result.error());
  return json_response(to_json(*result));
}

Answer retry(const Dependencies& d, const Call& call) {
  if (auto empty = read_empty_body(call.request.body); !empty) return fail(empty.error());
  if (d.channels == nullptr) return no_channels();
  const auto delivery = d.channels->retry(call["id"]);
  if (!delivery) return fail(delivery.error());
  return json_response(to_json(*delivery));
}

}  // namespace

void add_channel_routes(Router& router, const Dependencies& d) {
  router.add("GET", "/api/v1/channels", [&d](const Call&) { return list(d); });
  router.add("POST", "/api/v1/channels/{name}/test",
             while_slots_last(std::make_shared<Slots>(kTestsAtOnce),
                              [&d](const Call& call) { return test(d, call); }));
  router.add("GET", "/api/v1/deliveries", [&d](const Call& call) { return deliveries(d, call); });
  router.add("POST", "/api/v1/deliveries/{id}/retry",
             [&d](const Call& call) { return retry(d, call); });
}

}  // namespace livesonic::web
