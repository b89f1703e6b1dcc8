// SPDX-License-Identifier: Apache-2.0
// The "adaptive" retry mode: once AWS has throttled, requests leave no faster than a rate that
// falls with each throttled answer and rises again along a cubic curve, as TCP's CUBIC does.
// Source: botocore's retries/adaptive.py, throttling.py and bucket.py; tests/conformance compares.
#pragma once

#include <mutex>
#include <optional>

#include "livesonic/base/clock.h"

namespace livesonic::aws {

// Thread-safe. Waits for nothing itself: the time is passed in, and what to wait is returned.
class RateLimiter {
 public:
  explicit RateLimiter(Time now);

  // Zero when a request may leave now, which is thereby counted; else how long to wait until asking
  // again. Always zero as long as nothing was throttled.
  Duration take(Time now);

  // To be told of every answer, or lack of one.
  void on_answer(bool throttled, Time now);

  // Requests a second that are let through; nullopt while nothing limits them.
  [[nodiscard]] std::optional<double> rate() const;

 private:
  void measure(double now);
  void refill(double now);
  void set_rate(double rate, double now);

  mutable std::mutex mutex_;
  bool limiting_ = false;
  // How fast requests have been answered, smoothed over half seconds.
  double measured_rate_ = 0;
  double last_slot_;
  double in_slot_ = 0;
  // The cubic curve since the last throttled answer.
  double rate_before_ = 0;
  double last_throttled_;
  // The bucket of requests that may leave.
  double fill_rate_ = 1;
  double capacity_ = 1;
  double tokens_ = 0;
  double last_refill_;
};

}  // namespace livesonic::aws
