// SPDX-License-Identifier: Apache-2.0
// What services and probes have in common in the file: what must come back, and where. Internal to
// config.
#pragma once

#include <string>
#include <vector>

#include "livesonic/config/yaml_reader.h"
#include "livesonic/model/service.h"

namespace livesonic::config {

// `expect`, `expect_contains`, `expect_regex`, `expect_json`, and under `status_key` a whole number
// from `least` to `most`; each also with "not" after "expect", for what must not be.
void read_expectations(MapReader& map, const std::string& status_key, int least, int most,
                       Expectation& expect, Expectation& forbid);

// `warning` and `critical`, and `with_metric` also `metric`.
void read_thresholds(MapReader& map, Thresholds& thresholds, bool with_metric);

// `clusters`: names, each once.
void read_cluster_names(MapReader& map, std::vector<std::string>& clusters, Reading& reading);

}  // namespace livesonic::config
