// SPDX-License-Identifier: Apache-2.0
// Out at once, in slowly.
#pragma once

#include <deque>

namespace livesonic::scaling {

// Not thread-safe.
class Brake {
 public:
  // hold: minutes that a wish must have been lower before instances are ended; shrink_by: at most
  // so much of the fleet (but always one instance) in a minute.
  Brake(int hold, double shrink_by) : hold_(hold), shrink_by_(shrink_by) {}

  // How many there should be in the minute that begins now, by its wish and those before it.
  // `owned`: how many there are, those that boot among them.
  int next(int wish, int owned);

 private:
  struct Step {
    long minute;
    int wish;
  };
  int hold_;
  double shrink_by_;
  long minute_ = 0;
  std::deque<Step> greatest_;  // of the last `hold_` minutes, falling
};

}  // namespace livesonic::scaling
