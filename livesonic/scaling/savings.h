// SPDX-License-Identifier: Apache-2.0
// The ways to have spent less, each by itself. Pure functions; none where too little is known, or
// where it would have saved less than a cent.
#pragma once

#include <optional>
#include <vector>

#include "livesonic/scaling/cost_report.h"

namespace livesonic::scaling {

// The on-demand hours as spot instances of the same types.
std::optional<Saving> by_spot(const CostFacts& facts, const std::vector<TypeCost>& types);

// The on-demand hours on cheaper types of as many processors and at least the memory: of the same
// architecture, and Graviton's.
std::optional<Saving> by_type(const CostFacts& facts, const std::vector<TypeCost>& types);
std::optional<Saving> by_arm(const CostFacts& facts, const std::vector<TypeCost>& types);

// As many members as would have borne all but the busiest hundredth of the time, throughout.
std::optional<Saving> by_size(const CostFacts& facts);

// The cluster's policy, or one with the defaults, on the load that there was.
std::optional<Saving> by_policy(const CostFacts& facts);

}  // namespace livesonic::scaling
