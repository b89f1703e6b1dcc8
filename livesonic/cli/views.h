// SPDX-License-Identifier: Apache-2.0
// How single things of the API are shown, wherever they are. Pure functions.
#pragma once

#include <string>

#include "livesonic/base/clock.h"
#include "livesonic/cli/json_text.h"
#include "livesonic/cli/screen.h"

namespace livesonic::cli {

// "3m 10s ago", or nothing where there is no such time.
std::string age_of(const Json& object, const char* key, Time now);
// "2026-03-01 08:30:00" in UTC, or nothing.
std::string moment_of(const Json& object, const char* key);
// A score, coloured; "-" where it is null.
Span score_span(std::optional<double> score);
// A count, red when it is not zero and bad to have.
Span bad_count(std::int64_t count);
// An instance's latest score, or why there is none.
Span instance_score(const Json& instance);
// "2 ok", "1 of 2 failing: nginx", or "2 of 2 unknown" where they could not be made.
Span checks_span(const Json& instance);
// What a service or a probe must return, in words: "active", "contains OK, not exit 3", "plugin".
std::string expectation_text(const Json& checked);
// What a check or a probe found: "ok", "warning: …".
Span status_span(const Json& reading);
// "web, db", or "all".
std::string clusters_text(const Json& service);

// Tables of lists that several commands show.
void print_incidents(Screen& screen, const std::vector<Json>& incidents, Time now);
void print_services(Screen& screen, const std::vector<Json>& services);
void print_probes(Screen& screen, const std::vector<Json>& probes);
// The same with what they found last.
void print_fronts(Screen& screen, const std::vector<Json>& probes, Time now);

}  // namespace livesonic::cli
