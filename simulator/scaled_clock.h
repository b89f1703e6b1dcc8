// SPDX-License-Identifier: Apache-2.0
// A clock that starts at the true time and runs faster: an hour of the world in a few seconds.
#pragma once

#include <chrono>
#include <cmath>

#include "livesonic/base/clock.h"

namespace livesonic::simulator {

// Thread-safe. Never goes backwards.
class ScaledClock final : public Clock {
 public:
  // 1: as it is; 1000: a second lasts a millisecond.
  explicit ScaledClock(double speed) : speed_(speed) {}

  [[nodiscard]] Time now() const override {
    const std::chrono::duration<double, std::milli> passed = Steady::now() - begun_;
    return start_ + Duration{std::llround(passed.count() * speed_)};
  }

 private:
  using Steady = std::chrono::steady_clock;

  const double speed_;
  const Time start_ = SystemClock().now();
  const Steady::time_point begun_ = Steady::now();
};

}  // namespace livesonic::simulator
