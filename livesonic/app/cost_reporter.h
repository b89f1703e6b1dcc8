// SPDX-License-Identifier: Apache-2.0
// Tells people what the clusters cost, at the moments that the configuration has for it: each
// moment's report comes into the outbox once, however often this program ends in between.
#pragma once

#include <string>

#include "livesonic/app/core.h"
#include "livesonic/app/cost_desk.h"
#include "livesonic/base/cron.h"
#include "livesonic/config/config.h"
#include "livesonic/model/cost_summary.h"

namespace livesonic::app {

// The dearest cluster first.
CostSummary summary_of(const std::vector<scaling::CostReport>& reports, Time from, Time to);

// Not thread-safe.
class CostReporter {
 public:
  // Both must outlive it.
  CostReporter(Core& core, CostDesk& costs, config::CostReportConfig config)
      : core_(core), costs_(costs), config_(std::move(config)) {}

  // Tells of the time up to the last moment, since the one before, unless that was told; of several
  // that went by meanwhile, only of the last one. What was before it was first called is not told.
  // To be called after each bill.
  void tick();

 private:
  Result<void> tell(Time now);
  [[nodiscard]] bool is_billed(Time until) const;
  Result<void> post(std::optional<Time> told_until, Time from, Time until, Time now);

  Core& core_;
  CostDesk& costs_;
  const config::CostReportConfig config_;
  std::string told_;  // the last complaint
};

}  // namespace livesonic::app
