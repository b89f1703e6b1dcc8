// SPDX-License-Identifier: Apache-2.0
// The scores that a fleet would have had in the past, as CSV.
#pragma once

#include <functional>
#include <string_view>

#include "livesonic/base/result.h"
#include "simulator/fleet.h"

namespace livesonic::simulator {

struct HistoryOptions {
  FleetPlan plan;
  Time now{};  // the last point is at or before it
  Duration last = std::chrono::days{7};
  Duration step = std::chrono::minutes{1};
};

// Writes "time,cluster,instance,score" and a line for each instance and step since its launch,
// oldest first. The points lie on whole multiples of the step. `write` returns false to give up.
Result<void> write_history(const HistoryOptions& options,
                           const std::function<bool(std::string_view)>& write);

}  // namespace livesonic::simulator
