// SPDX-License-Identifier: Apache-2.0
// Is what came back as it must be? Pure functions over bytes that a host sent: anything may be in
// them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/model/metric.h"
#include "livesonic/model/reading.h"
#include "livesonic/model/service.h"

namespace livesonic::monitoring {

// What is compared. The views must stay.
struct Evidence {
  std::string_view out;
  std::optional<int> status;
  std::string_view status_name = "exit status";
};

// What is wrong with it, as a sentence; empty when all of `expect` holds and nothing of `forbid`.
std::string complaint(const Expectation& expect, const Expectation& forbid,
                      const Evidence& evidence);

// The scalar at an RFC 6901 pointer as JsonExpectation::equals is compared with it: a text as it
// is, others as JSON writes them.
struct JsonValue {
  std::string text;
  std::optional<double> number;  // of a number
};
// The error says what isn't there, or that `out` is no JSON; kNotFound for the former.
Result<JsonValue> json_value(std::string_view out, std::string_view pointer);

struct Verdict {
  CheckStatus status = CheckStatus::kOk;
  std::string detail;  // a sentence, unless it is ok
};

// Unknown when the metric is not among them.
Verdict judge_thresholds(const Thresholds& thresholds, const std::vector<Metric>& metrics);

// The number that a command printed alone, maybe with a unit: "12", "3.5 ms".
std::optional<Metric> printed_number(std::string_view out);

// A text as it is quoted in sentences.
std::string in_quotes(std::string_view text);

}  // namespace livesonic::monitoring
