// SPDX-License-Identifier: Apache-2.0
// One function, in a file of its own, for each family of URLs: adds what answers them.
#pragma once

#include "livesonic/web/api.h"
#include "livesonic/web/router.h"

namespace livesonic::web {

// Below each of these paths lies /api/v1. `dependencies` must outlive the router.
void add_cluster_routes(Router& router, const Dependencies& dependencies);
void add_poll_routes(Router& router, const Dependencies& dependencies);
void add_history_routes(Router& router, const Dependencies& dependencies);
void add_service_routes(Router& router, const Dependencies& dependencies);
void add_probe_routes(Router& router, const Dependencies& dependencies);
void add_incident_routes(Router& router, const Dependencies& dependencies);
void add_silence_routes(Router& router, const Dependencies& dependencies);
void add_rule_routes(Router& router, const Dependencies& dependencies);
// Channels, and the messages that are on their way to them or were given up.
void add_channel_routes(Router& router, const Dependencies& dependencies);
void add_domain_routes(Router& router, const Dependencies& dependencies);
// Targets for Prometheus.
void add_sd_routes(Router& router, const Dependencies& dependencies);
void add_action_routes(Router& router, const Dependencies& dependencies);
// What the policies want of their clusters, and would have wanted; what the clusters cost.
void add_scaling_routes(Router& router, const Dependencies& dependencies);
void add_host_key_routes(Router& router, const Dependencies& dependencies);
// Health, status, the OpenAPI document, and a word to those who ask for events wrongly.
void add_status_routes(Router& router, const Dependencies& dependencies);

// All of the above.
Router make_router(const Dependencies& dependencies);

}  // namespace livesonic::web
