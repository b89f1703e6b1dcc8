// SPDX-License-Identifier: Apache-2.0
// Fleets are looked at in whole minutes.
#pragma once

#include "livesonic/base/clock.h"

namespace livesonic::scaling {

// A minute that has begun counts.
inline int minutes_of(Duration duration) {
  return static_cast<int>((duration + std::chrono::seconds{59}) / std::chrono::minutes{1});
}

}  // namespace livesonic::scaling
