// SPDX-License-Identifier: Apache-2.0
// How much longer something may take. An interface, so that tests can count instead of wait.
#pragma once

#include <chrono>

namespace serverscore {

class Deadline {
 public:
  Deadline() = default;
  virtual ~Deadline() = default;
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  // 0 when the time is over. Whoever waits asks before each wait, and waits no longer than this.
  virtual std::chrono::milliseconds left() = 0;
};

// By the steady clock, from now on.
class WallDeadline : public Deadline {
 public:
  explicit WallDeadline(std::chrono::milliseconds time) : end_(Clock::now() + time) {}

  std::chrono::milliseconds left() override {
    using std::chrono::milliseconds;
    const auto time = std::chrono::duration_cast<milliseconds>(end_ - Clock::now());
    return time.count() > 0 ? time : milliseconds{0};
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point end_;
};

}  // namespace serverscore
