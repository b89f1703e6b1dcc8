// SPDX-License-Identifier: Apache-2.0
// A notifier that posts alerts to Prometheus' Alertmanager (its API v2).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/notify/http_request.h"

namespace livesonic::notify {

// Alertmanager takes an alert for resolved at its endsAt. An open incident's is `hold` ahead, and
// it is posted again each third of that; a closing sets it to when the incident closed.
// `endpoint.url` is Alertmanager's own, to which /api/v2/alerts is added. `clock` must outlive it.
std::unique_ptr<Notifier> make_alertmanager(std::string name, Endpoint endpoint, Duration hold,
                                            const Clock& clock);

// The body. Labels: alertname ("LivesonicScore", "LivesonicService", …), cluster, cause, severity.
std::string alertmanager_json(const std::vector<Message>& messages, Time now, Duration hold);

}  // namespace livesonic::notify
