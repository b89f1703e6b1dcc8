// SPDX-License-Identifier: Apache-2.0
// What must come back, as requests say it: the keys of the configuration file. Pure functions on
// bytes that anybody may have sent.
#pragma once

#include <string>

#include "livesonic/model/service.h"
#include "livesonic/web/object_reader.h"

namespace livesonic::web {

// `expect`, `expect_contains`, `expect_regex`, `expect_json`, and under `status_key` a whole number
// from `least` to `most`; each also with "not" after "expect", for what must not be.
void read_expectations(ObjectReader& reader, const std::string& status_key, int least, int most,
                       Expectation& expect, Expectation& forbid);

// `warning` and `critical`, and `with_metric` also `metric`.
void read_thresholds(ObjectReader& reader, Thresholds& thresholds, bool with_metric);

}  // namespace livesonic::web
