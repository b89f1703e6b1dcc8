// SPDX-License-Identifier: Apache-2.0
// Work that is done again and again, on a thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "livesonic/base/clock.h"

namespace livesonic {

// Does the work at once and then `interval` after each time it ended. The destructor requests a
// stop and waits; the work must return soon after that.
class Periodic {
 public:
  Periodic(Duration interval, std::function<void(const std::stop_token&)> work)
      : thread_([interval, work = std::move(work)](const std::stop_token& stop) {
          std::mutex mutex;
          std::condition_variable_any never;
          while (!stop.stop_requested()) {
            work(stop);
            std::unique_lock lock(mutex);
            never.wait_for(lock, stop, interval, [] { return false; });
          }
        }) {}

 private:
  std::jthread thread_;
};

}  // namespace livesonic
