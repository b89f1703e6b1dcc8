// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/pace.h"

#include <algorithm>

namespace livesonic::discovery {
namespace {

constexpr int kSlowest = 8;

}  // namespace

// Looks come a little early or late: nine tenths count as the whole. A clock that was set back
// holds nobody back.
bool Pace::within(Time since, int intervals, Time now) const {
  const Duration age = now - since;
  return age >= Duration::zero() && age < interval_ * intervals * 9 / 10;
}

void Pace::throttled(Time now) {
  if (factor_ > 1 && within(stepped_at_, factor_, now)) return;
  factor_ = std::min(factor_ * 2, kSlowest);
  stepped_at_ = now;
}

void Pace::answered(Time now) {
  if (factor_ == 1 || within(stepped_at_, factor_, now)) return;
  factor_ /= 2;
  stepped_at_ = now;
}

bool Pace::holds_back(Time last, Time now) const {
  return factor_ > 1 && within(last, factor_, now);
}

bool Allowance::take(int calls, int per_interval, Time now) {
  const Duration passed = now - at_;
  at_ = now;
  if (!used_) {
    left_ = per_interval;
  } else if (passed > Duration::zero()) {
    left_ += per_interval *
             (static_cast<double>(passed.count()) / static_cast<double>(interval_.count()));
  }
  used_ = true;
  left_ = std::min(left_, static_cast<double>(per_interval));
  if (left_ <= 0) return false;
  left_ -= calls;
  return true;
}

}  // namespace livesonic::discovery
