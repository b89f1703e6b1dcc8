// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/brake.h"

#include <algorithm>

namespace livesonic::scaling {

int Brake::next(int wish, int owned) {
  while (!greatest_.empty() && greatest_.back().wish <= wish) greatest_.pop_back();
  greatest_.push_back({minute_, wish});
  while (greatest_.front().minute <= minute_ - std::max(hold_, 1)) greatest_.pop_front();
  ++minute_;
  const int held = greatest_.front().wish;
  if (held >= owned) return std::max(wish, owned);
  const int step = std::max(1, static_cast<int>(static_cast<double>(owned) * shrink_by_));
  return std::max(held, owned - step);
}

}  // namespace livesonic::scaling
