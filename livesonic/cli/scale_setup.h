// SPDX-License-Identifier: Apache-2.0
// What a backtest works with, read from the options of `livesonic scale`.
#pragma once

#include <vector>

#include "livesonic/cli/command.h"
#include "livesonic/scaling/backtest.h"

namespace livesonic::cli {

// --trace or --history, --policy and the others: what all backtests take.
std::vector<Parameter> backtest_parameters();

// The status is the exit status where there is none: it has complained then.
std::optional<scaling::BacktestSetup> backtest_setup(Session& session, const Arguments& arguments,
                                                     int& status);

}  // namespace livesonic::cli
