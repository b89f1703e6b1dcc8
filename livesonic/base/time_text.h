// SPDX-License-Identifier: Apache-2.0
// Times and durations as people and protocols write them. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic {

// "2026-03-01T08:30:00.250Z"; the fraction is left out when it is zero.
std::string to_iso8601(Time time);

// Accepts what to_iso8601 writes, any number of fraction digits (cut to milliseconds), and offsets
// such as "+09:00". Refuses dates that don't exist and years outside 1970..9999.
Result<Time> parse_iso8601(std::string_view text);

// "250ms", "90s", "5m", "36h", "7d" or a sum of such as "1h30m"; never negative, at most 100 years.
Result<Duration> parse_duration(std::string_view text);

// The shortest exact form parse_duration accepts: 90'000 ms is "1m30s", 60'000 ms is "1m".
std::string format_duration(Duration duration);

// For people, two units at the most: "42s", "3m 10s", "2d 4h".
std::string format_age(Duration duration);

}  // namespace livesonic
