// SPDX-License-Identifier: Apache-2.0
// What is kept of what the clusters cost: lines by the hour, and up to when each cluster is billed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/cost.h"

namespace livesonic::storage {

// The hours that begin at `from` or later, and before `to`.
struct CostQuery {
  std::vector<std::string> clusters = {};  // empty: all, those that were removed too
  Time from{};
  Time to{};
};

// Thread-safe. Each call is one transaction. What it costs goes with the history's months: see
// History::drop_months_before.
class Costs {
 public:
  virtual ~Costs() = default;

  // The end of the cluster's last bill; none before the first. One that was removed and registered
  // again begins anew. kNotFound when it isn't registered.
  virtual Result<std::optional<Time>> billed_until(const std::string& cluster) = 0;

  // Adds the lines to those of the same hour, lifecycle and type, and moves the end of the last
  // bill from `from` to `until`: both or neither, so that after a crash the time between is billed
  // once. kConflict, and nothing is written, when the cluster is billed up to another time than
  // `from`; kInvalidInput when `until` is before it. The lines' own `cluster` is not looked at.
  virtual Result<void> bill(const std::string& cluster, std::optional<Time> from, Time until,
                            const std::vector<CostLine>& lines) = 0;

  // In the order of the clusters as they are given (all: by name), then by hour, lifecycle, type.
  virtual Result<std::vector<CostLine>> costs(const CostQuery& query) = 0;
  // The sum in USD; 0 for a cluster that never was. What no price was known for is not in it.
  virtual Result<double> spent(const std::string& cluster, Time from, Time to) = 0;
};

}  // namespace livesonic::storage
