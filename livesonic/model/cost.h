// SPDX-License-Identifier: Apache-2.0
// What a cluster's instances of one lifecycle and type have cost in an hour. Plain value.
#pragma once

#include <string>

#include "livesonic/base/clock.h"
#include "livesonic/model/instance.h"

namespace livesonic {

struct CostLine {
  std::string cluster;
  Time hour{};  // when it begins, UTC
  Lifecycle lifecycle = Lifecycle::kOnDemand;
  std::string type;     // "c6i.large"
  Duration ran{};       // all of its instances together
  Duration unpriced{};  // of that, the time for which no price was known
  double usd = 0;       // for the rest
  friend bool operator==(const CostLine&, const CostLine&) = default;
};

}  // namespace livesonic
