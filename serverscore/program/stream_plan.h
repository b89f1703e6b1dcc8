// SPDX-License-Identifier: Apache-2.0
// When a stream looks at the run queue, prints a line, and says that it is still there. Pure: a
// function of the times it is told.
#pragma once

#include <chrono>

namespace serverscore {

// Of a clock that never goes back.
using Instant = std::chrono::nanoseconds;

// The run queue is looked at no more often than this: each time costs some 50 us of CPU, nearly all
// of it for waking up.
inline constexpr std::chrono::milliseconds kSampleEvery{250};
// An interval longer than this is filled with heartbeats, so that both sides notice a dead peer.
inline constexpr std::chrono::milliseconds kHeartbeatEvery{10'000};
// Of one interval; long ones are looked at less often.
inline constexpr int kMostSamples = 300;

class StreamPlan {
 public:
  struct Due {
    bool sample = false;
    bool line = false;       // there is always a sample with it
    bool heartbeat = false;  // never together with a line
  };

  // The lines are due at `begin` plus every multiple of `interval`, but 0.
  StreamPlan(std::chrono::milliseconds interval, Instant begin);

  // When something is due.
  [[nodiscard]] Instant next() const;
  // What is due by now, once. What was missed, in sleep for instance, is left out, so that the next
  // line comes when it would have come anyway.
  Due reached(Instant now);

  // Looks at the run queue per line; the last one is at the time of the line.
  [[nodiscard]] int samples() const { return samples_; }

 private:
  [[nodiscard]] Instant line_at() const { return begin_ + interval_ * line_; }
  [[nodiscard]] Instant sample_at() const;

  std::chrono::nanoseconds interval_;
  Instant begin_;
  int samples_;
  long long line_ = 1;  // the next one, counted from `begin`
  int sample_ = 1;      // the next one before it
  Instant spoke_;       // when a line or heartbeat was last due
};

}  // namespace serverscore
