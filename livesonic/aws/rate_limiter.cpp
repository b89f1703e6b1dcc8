// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace livesonic::aws {
namespace {

constexpr double kBeta = 0.7;       // what is left of the rate after a throttled answer
constexpr double kScale = 0.4;      // of the cubic curve
constexpr double kSmoothing = 0.8;  // weight of the latest half second in the measured rate
constexpr double kSlotsASecond = 2;
constexpr double kLeastRate = 0.5;     // requests a second
constexpr double kMostRateAdjust = 2;  // at most so many times the measured rate

double seconds(Time time) {
  return static_cast<double>(time.time_since_epoch().count()) / 1000.0;
}

}  // namespace

RateLimiter::RateLimiter(Time now)
    : last_slot_(std::floor(seconds(now))),
      last_throttled_(seconds(now)),
      last_refill_(seconds(now)) {}

Duration RateLimiter::take(Time now) {
  const std::lock_guard lock(mutex_);
  if (!limiting_) return Duration::zero();
  refill(seconds(now));
  if (tokens_ >= 1) {
    tokens_ -= 1;
    return Duration::zero();
  }
  const double wait = std::ceil((1 - tokens_) / fill_rate_ * 1000);
  return Duration(std::max<Duration::rep>(1, static_cast<Duration::rep>(wait)));
}

void RateLimiter::on_answer(bool throttled, Time now_time) {
  const double now = seconds(now_time);
  const std::lock_guard lock(mutex_);
  measure(now);
  double rate = 0;
  if (throttled) {
    rate_before_ = limiting_ ? std::min(measured_rate_, fill_rate_) : measured_rate_;
    last_throttled_ = now;
    rate = rate_before_ * kBeta;
    limiting_ = true;
  } else {
    const double until_as_before = std::cbrt(rate_before_ * (1 - kBeta) / kScale);
    const double since = now - last_throttled_ - until_as_before;
    rate = kScale * since * since * since + rate_before_;
  }
  set_rate(std::min(rate, kMostRateAdjust * measured_rate_), now);
}

std::optional<double> RateLimiter::rate() const {
  const std::lock_guard lock(mutex_);
  return limiting_ ? std::optional(fill_rate_) : std::nullopt;
}

void RateLimiter::measure(double now) {
  const double slot = std::floor(now * kSlotsASecond) / kSlotsASecond;
  in_slot_ += 1;
  if (slot <= last_slot_) return;
  measured_rate_ = in_slot_ / (slot - last_slot_) * kSmoothing + measured_rate_ * (1 - kSmoothing);
  in_slot_ = 0;
  last_slot_ = slot;
}

void RateLimiter::refill(double now) {
  // A clock that was set back refills nothing.
  tokens_ = std::min(capacity_, tokens_ + std::max(0.0, now - last_refill_) * fill_rate_);
  last_refill_ = now;
}

void RateLimiter::set_rate(double rate, double now) {
  refill(now);
  fill_rate_ = std::max(rate, kLeastRate);
  capacity_ = std::max(rate, 1.0);
  tokens_ = std::min(tokens_, capacity_);
}

}  // namespace livesonic::aws
