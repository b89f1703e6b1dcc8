// SPDX-License-Identifier: Apache-2.0
// How many messages a channel may be sent: so many within a time, all at once or one after the
// other (a token bucket). Pure but for its own state; not thread-safe.
#pragma once

#include <algorithm>
#include <chrono>

#include "livesonic/base/clock.h"

namespace livesonic::notify {

struct Rate {
  int messages = 0;  // 0: no limit
  Duration within = std::chrono::minutes{1};
};

class Pace {
 public:
  using At = std::chrono::steady_clock::time_point;

  explicit Pace(Rate rate) : rate_(rate), left_(rate.messages) {}

  // When the next message may go; not later than `now` when it may go at once.
  [[nodiscard]] At next(At now) {
    if (rate_.messages == 0) return now;
    refill(now);
    if (left_ >= 1) return now;
    return now + std::chrono::ceil<std::chrono::milliseconds>((1 - left_) * each());
  }
  // One goes.
  void take(At now) {
    refill(now);
    left_ = std::max(0.0, left_ - 1);
  }

 private:
  using Seconds = std::chrono::duration<double>;
  [[nodiscard]] Seconds each() const { return Seconds(rate_.within) / rate_.messages; }
  void refill(At now) {
    if (rate_.messages == 0) return;
    if (filled_ != At{}) {
      left_ = std::min<double>(rate_.messages, left_ + Seconds(now - filled_) / each());
    }
    filled_ = now;
  }

  const Rate rate_;
  double left_;
  At filled_{};
};

}  // namespace livesonic::notify
