// SPDX-License-Identifier: Apache-2.0
// When to ask for another size again: not while the last request is under way, and ever later while
// what is asked for comes to nothing. Pure.
#pragma once

#include <optional>

#include "livesonic/base/clock.h"
#include "livesonic/model/action.h"

namespace livesonic::scaling {

// Of one cluster. Not thread-safe.
class Patience {
 public:
  // Is it time to ask for more instances, or else for fewer? `last`: the cluster's last request for
  // a size, whoever made it; null: there was none. What was asked for in the other direction, or
  // was done, is no reason to wait.
  bool may_ask(bool more, const Action* last, Time now);
  // It was asked for; the next request of this kind is not made before `wait` is over.
  void asked(Time now, Duration wait);
  // In a row, that came to nothing so far.
  [[nodiscard]] int times() const { return times_; }

 private:
  bool more_ = false;
  int times_ = 0;
  Time next_{};
};

}  // namespace livesonic::scaling
