// SPDX-License-Identifier: Apache-2.0
// Chance, for waits that are not to fall into step. Decisions never ask for it: they are given a
// Random.
#pragma once

#include <functional>
#include <random>

namespace livesonic {

// A number in [0, 1). Callable from any thread.
using Random = std::function<double()>;

inline double random_unit() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.0, 1.0)(generator);
}

}  // namespace livesonic
