// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "livesonic/web/cluster_view.h"
#include "livesonic/web/openapi.h"
#include "livesonic/web/routes.h"

namespace livesonic::web {
namespace {

Answer health(const Dependencies& dependencies) {
  return json_response({{"service", "livesonic"},
                        {"version", LIVESONIC_VERSION},
                        {"data_dir", dependencies.data_dir},
                        {"started_at", to_json(dependencies.started_at)},
                        {"now", to_json(dependencies.clock.now())}});
}

Json outbox_json(const std::vector<Delivery>& undelivered) {
  Json json{{"undelivered", undelivered.size()}, {"oldest", nullptr}, {"last_error", nullptr}};
  if (!undelivered.empty()) json["oldest"] = to_json(undelivered.front().created_at);
  for (const Delivery& delivery : undelivered) {
    if (!delivery.last_error.empty()) json["last_error"] = delivery.last_error;
  }
  return json;
}

Answer status(const Dependencies& dependencies) {
  auto clusters = all_summaries(dependencies);
  if (!clusters) return fail(clusters.error());
  const auto open = dependencies.incidents.incidents({std::nullopt, true, 1000});
  if (!open) return fail(open.error());
  const auto domains = dependencies.domains.domains();
  if (!domains) return fail(domains.error());
  const auto undelivered = dependencies.incidents.undelivered();
  if (!undelivered) return fail(undelivered.error());
  const auto live = std::count_if(domains->begin(), domains->end(),
                                  [](const Domain& domain) { return !domain.gone_at; });
  return json_response(
      {{"clusters", *std::move(clusters)},
       {"incidents", to_json_list(*open)},
       {"domains", {{"live", live}, {"gone", static_cast<std::ptrdiff_t>(domains->size()) - live}}},
       {"outbox", outbox_json(*undelivered)},
       {"event_queues", to_json_list(dependencies.event_queues())},
       {"now", to_json(dependencies.clock.now())}});
}

}  // namespace

void add_status_routes(Router& router, const Dependencies& d) {
  router.add("GET", "/api/v1/health", [&d](const Call&) { return health(d); });
  router.add("GET", "/api/v1/status", [&d](const Call&) { return status(d); });
  router.add("GET", "/api/v1/openapi.json", [](const Call&) -> Answer {
    httpd::Response response;
    response.body = openapi_document();
    return response;
  });
  // Those who want the stream say so, and don't come here.
  router.add("GET", "/api/v1/events", [](const Call&) -> Answer {
    return fail(ErrorKind::kInvalidInput,
                "events are a stream: ask for them with Accept: text/event-stream");
  });
}

Router make_router(const Dependencies& dependencies) {
  Router router;
  add_status_routes(router, dependencies);
  add_cluster_routes(router, dependencies);
  add_poll_routes(router, dependencies);
  add_history_routes(router, dependencies);
  add_service_routes(router, dependencies);
  add_probe_routes(router, dependencies);
  add_incident_routes(router, dependencies);
  add_silence_routes(router, dependencies);
  add_rule_routes(router, dependencies);
  add_channel_routes(router, dependencies);
  add_domain_routes(router, dependencies);
  add_host_key_routes(router, dependencies);
  add_action_routes(router, dependencies);
  add_scaling_routes(router, dependencies);
  add_sd_routes(router, dependencies);
  return router;
}

}  // namespace livesonic::web
