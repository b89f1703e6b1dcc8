// SPDX-License-Identifier: Apache-2.0
// A release of what runs in a cluster, and from when to when it was there. Plain value.
#pragma once

#include <string>

#include "livesonic/base/clock.h"

namespace livesonic {

struct Release {
  std::string name;  // a launch template's version, "lt-0123:7", or a task definition, "web:41"
  Time first{};
  Time last{};
  friend bool operator==(const Release&, const Release&) = default;
};

}  // namespace livesonic
