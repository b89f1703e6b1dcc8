// SPDX-License-Identifier: Apache-2.0
// How often AWS is asked, where how often is ours to choose. Pure: the time is passed in.
#pragma once

#include "livesonic/base/clock.h"

namespace livesonic::discovery {

// How often the clusters of an account and region are looked at while AWS asks to slow down: every
// interval, every second one, and so on up to every eighth, and step by step as often as before.
// Not thread-safe.
class Pace {
 public:
  explicit Pace(Duration interval) : interval_(interval) {}

  // How a look has ended. A step is one for all clusters: the throttle that fifty of them run into
  // at the same time counts once.
  void throttled(Time now);
  void answered(Time now);

  // Is it too early for a cluster that was last looked at then?
  [[nodiscard]] bool holds_back(Time last, Time now) const;
  [[nodiscard]] int factor() const { return factor_; }

 private:
  [[nodiscard]] bool within(Time since, int intervals, Time now) const;

  const Duration interval_;
  int factor_ = 1;
  Time stepped_at_{};
};

// Calls that nothing but the passing of time is a reason for: so many in each interval, whoever
// needs them. Not thread-safe.
class Allowance {
 public:
  explicit Allowance(Duration interval) : interval_(interval) {}

  // May `calls` be made now? What was not made in one interval is not made up for. The last one to
  // be allowed may take more than is left; the others wait until that has been made good.
  bool take(int calls, int per_interval, Time now);

 private:
  const Duration interval_;
  bool used_ = false;
  double left_ = 0;
  Time at_{};
};

}  // namespace livesonic::discovery
