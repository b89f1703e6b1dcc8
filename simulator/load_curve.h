// SPDX-License-Identifier: Apache-2.0
// How busy a simulated host is at any moment, past or future: a curve by day, plus noise of its
// own. Pure functions, so that back-filled history and the live host tell the same story.
#pragma once

#include <cstdint>

#include "livesonic/base/clock.h"

namespace livesonic::simulator {

enum class LoadShape {
  kBusinessDay,  // people: two humps by day, a small one in the evening, quiet weekends
  kNightly,      // jobs: hours of work after midnight, a short burst at each full hour
};

struct LoadCurve {
  std::uint64_t seed = 0;  // of the host: two hosts of a cluster differ a little
  LoadShape shape = LoadShape::kBusinessDay;
  Duration utc_offset = std::chrono::hours{9};  // where the day of its users begins
};

// 0 (idle) to 1 (as busy as it ever gets by itself).
double load_at(const LoadCurve& curve, Time at);

// What serverscore answers on a host under that load: 45..100, since ordinary load alone never
// brings a host into danger.
int score_at(const LoadCurve& curve, Time at);

}  // namespace livesonic::simulator
