// SPDX-License-Identifier: Apache-2.0
// How an instance's stream of scores goes. Plain value.
#pragma once

#include <string>

#include "livesonic/base/clock.h"

namespace livesonic {

struct StreamState {
  std::string cluster;
  std::string instance;
  bool live = false;   // scores come; else they are polled
  Time since{};        // that it is so
  std::string detail;  // why they don't come; empty while they do, and before it was first tried
  friend bool operator==(const StreamState&, const StreamState&) = default;
};

}  // namespace livesonic
