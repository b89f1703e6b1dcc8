// SPDX-License-Identifier: Apache-2.0
// A backtest's figures as JSON, the same for the command line, the API and the dashboard.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "livesonic/scaling/backtest.h"

namespace livesonic::scaling {

using Json = nlohmann::ordered_json;

struct Report {
  std::vector<Outcome> outcomes;   // ours first
  std::vector<std::string> never;  // those to compare that kept the objective nowhere
  double clairvoyant_minutes = 0;  // paid instance minutes
  double replay_ms = 0;            // that ours took on this machine
};

// Money in USD, shares from 0 to 1, durations in seconds.
Json to_json(const BacktestSetup& setup, const Report& report);

// Runs the policy, and beside it the named ones of "asg", "hpa" and "static".
Report run_report(const BacktestSetup& setup, const std::vector<std::string>& compare);

}  // namespace livesonic::scaling
