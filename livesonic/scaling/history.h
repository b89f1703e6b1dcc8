// SPDX-License-Identifier: Apache-2.0
// What a cluster's recorded scores say of its load. Pure functions.
#pragma once

#include <vector>

#include "livesonic/model/history.h"
#include "livesonic/scaling/trace.h"

namespace livesonic::scaling {

// A member's load as a share of what it bears at the target score: the score is the speed in per
// cent, so what is in use is 1 - score/100.
double load_of(double score, double target_score);

// The load in instances at the target score, minute by minute: each minute has that of the last
// point before its end. Where there is no point for more than an hour, the load is that of the last
// one all the same; points must be in the order of time.
Trace trace_of(const std::vector<ClusterPoint>& points, double target_score);

}  // namespace livesonic::scaling
