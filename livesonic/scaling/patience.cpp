// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/patience.h"

namespace livesonic::scaling {

bool Patience::may_ask(bool more, const Action* last, Time now) {
  if (last != nullptr && !is_over(last->state)) return false;
  const bool done = last != nullptr && last->state == ActionState::kDone;
  if (done || more != more_) *this = Patience();
  more_ = more;
  return now >= next_;
}

void Patience::asked(Time now, Duration wait) {
  ++times_;
  next_ = now + wait;
}

}  // namespace livesonic::scaling
