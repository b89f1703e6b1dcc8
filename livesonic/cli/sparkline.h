// SPDX-License-Identifier: Apache-2.0
// A line of little bars. Pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "livesonic/base/clock.h"

namespace livesonic::cli {

// A bar of ▁▂▃▄▅▆▇█ for each score, on the fixed scale from 1 to 100; a space where there is none.
std::string sparkline(const std::vector<std::optional<double>>& scores);

// The mean of the scores in each of `steps` equal parts of the time from `from` to `to`.
std::vector<std::optional<double>> in_equal_steps(
    const std::vector<std::pair<Time, double>>& points, Time from, Time to, std::size_t steps);

}  // namespace livesonic::cli
