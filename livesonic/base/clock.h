// SPDX-License-Identifier: Apache-2.0
// The one way to ask for the time. Decisions never ask: they are given a Time.
#pragma once

#include <atomic>
#include <chrono>

namespace livesonic {

using Duration = std::chrono::milliseconds;
// Wall-clock time in UTC with millisecond resolution; this is what is stored and shown.
using Time = std::chrono::sys_time<Duration>;

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }
};

// For tests: stands still until told otherwise.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Time start) : now_(start) {}
  [[nodiscard]] Time now() const override { return now_.load(); }
  void advance(Duration by) { now_.store(now_.load() + by); }
  void set(Time to) { now_.store(to); }

 private:
  std::atomic<Time> now_;
};

}  // namespace livesonic
