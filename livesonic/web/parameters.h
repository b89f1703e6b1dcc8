// SPDX-License-Identifier: Apache-2.0
// What stands behind the '?' of a request, validated; errors name the parameter. Pure functions.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/httpd/message.h"
#include "livesonic/storage/actions.h"
#include "livesonic/storage/history.h"
#include "livesonic/storage/incidents.h"

namespace livesonic::web {

// "true" or "false"; false when it isn't given.
Result<bool> read_flag(const httpd::Request& request, const std::string& name);

// `from` and `to`, or `last` up to now; the time of `otherwise` up to now when there is none of
// them. At most ten years, and never empty.
Result<storage::TimeRange> read_range(const httpd::Request& request, Time now,
                                      Duration otherwise = std::chrono::hours{24});

// `points`, 1..10'000; as many when it isn't given.
Result<std::size_t> read_points(const httpd::Request& request);

// `port`, 1..65'535; `otherwise` when it isn't given.
Result<int> read_port(const httpd::Request& request, int otherwise);

// `state`, `cluster` and `limit`.
Result<storage::IncidentQuery> read_incident_query(const httpd::Request& request);

// `cluster`, `instance`, `incident`, `kind`, `state`, `before` and `limit`.
Result<storage::ActionQuery> read_action_query(const httpd::Request& request);

}  // namespace livesonic::web
