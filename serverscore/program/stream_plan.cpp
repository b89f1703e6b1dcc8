// SPDX-License-Identifier: Apache-2.0
#include "serverscore/program/stream_plan.h"

#include <algorithm>
#include <cmath>

namespace serverscore {

StreamPlan::StreamPlan(std::chrono::milliseconds interval, Instant begin)
    : interval_(interval),
      begin_(begin),
      samples_(static_cast<int>(std::clamp<long long>(interval / kSampleEvery, 1, kMostSamples))),
      spoke_(begin) {}

// Evenly over the interval but for a shift, another each time (the golden ratio's multiples spread
// best): what the host does to the beat of a clock would be seen always or never.
Instant StreamPlan::sample_at() const {
  if (sample_ >= samples_) return line_at();
  const double golden = 0.6180339887498949 * static_cast<double>(line_ * samples_ + sample_);
  const double shift = 0.9 * (golden - std::floor(golden) - 0.5);
  const double period = static_cast<double>(interval_.count()) / samples_;
  return line_at() - interval_ + Instant{std::llround(period * (sample_ + shift))};
}

Instant StreamPlan::next() const {
  const Instant soonest = sample_at();
  return interval_ > kHeartbeatEvery ? std::min(soonest, spoke_ + kHeartbeatEvery) : soonest;
}

StreamPlan::Due StreamPlan::reached(Instant now) {
  Due due;
  due.line = now >= line_at();
  due.sample = due.line || now >= sample_at();
  if (due.line) {
    line_ = (now - begin_) / interval_ + 1;
    sample_ = 1;
  }
  while (sample_ < samples_ && sample_at() <= now) ++sample_;
  due.heartbeat = !due.line && interval_ > kHeartbeatEvery && now >= spoke_ + kHeartbeatEvery;
  if (due.line || due.heartbeat) spoke_ = now;
  return due;
}

}  // namespace serverscore
