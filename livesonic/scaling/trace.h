// SPDX-License-Identifier: Apache-2.0
// A recorded load, read from CSV and brought to steps of one minute. Pure functions.
#pragma once

#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::scaling {

struct Trace {
  Time begin{};              // of the first minute
  std::vector<double> load;  // requests in each minute; finite, not negative
  Duration step{};           // of the recording
  int filled = 0;            // steps that were missing, and lie on a line between their neighbours
};

// Lines "time,value": the time as 2026-03-01T08:30:00Z, as "2026-03-01 08:30:00" (UTC) or in
// seconds since 1970; the value is what came within the step that begins there. Empty lines, lines
// that begin with '#' and a first line of titles are passed over. The step is the commonest
// distance of two times; up to a day of missing steps is filled in. Steps longer than a minute are
// drawn as a line from one value to the next, shorter ones are added up.
//
// The error says "requests.csv:12: …": times that go back or lie off the step by more than a
// quarter of it, values that are no number, fewer than two lines, more than ten years.
Result<Trace> parse_trace(std::string_view csv, std::string_view file_name);

}  // namespace livesonic::scaling
