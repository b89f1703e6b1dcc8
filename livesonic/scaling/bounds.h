// SPDX-License-Identifier: Apache-2.0
// What the policy and its timetable ask for at a time.
#pragma once

#include <optional>
#include <string>

#include "livesonic/model/scaling.h"

namespace livesonic::scaling {

struct Bounds {
  int min = 1;
  int max = 100;  // never below min
  double target_score = 50;
  std::optional<double> spot_max_price;
  double spot_max_price_percent = 90;
  std::string min_since;  // the moment of the timetable that set min, as written; empty: none
};

// Of each value the entry counts whose moment came last; before any came, the policy's own.
Bounds bounds_at(const ScalingPolicy& policy, Time time);

// The same for times that only rise, at the cost of a comparison where nothing changes. The policy
// must outlive it. Not thread-safe.
class Timetable {
 public:
  explicit Timetable(const ScalingPolicy& policy) : policy_(policy) {}
  const Bounds& at(Time time);

 private:
  const ScalingPolicy& policy_;
  Bounds bounds_;
  std::optional<Time> holds_until_;
};

}  // namespace livesonic::scaling
