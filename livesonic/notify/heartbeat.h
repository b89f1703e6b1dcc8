// SPDX-License-Identifier: Apache-2.0
// A dead man's switch: a URL elsewhere is asked for again and again while Livesonic does its work,
// so that whoever listens there notices when it doesn't.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/notify/http_request.h"

namespace livesonic::notify {

// Begins at once; the destructor ends it within about a second. `healthy` says why Livesonic
// doesn't work, and is asked before each beat; its answer and a URL that can't be had are logged
// when they change.
class Heartbeat {
 public:
  Heartbeat(Endpoint endpoint, Duration interval, std::function<Result<void>()> healthy);

 private:
  void run(const std::stop_token& stop);
  void beat(const std::stop_token& stop);

  const Endpoint endpoint_;
  const Duration interval_;
  const std::function<Result<void>()> healthy_;
  std::string told_;  // the thread's: what was logged last
  std::jthread thread_;
};

}  // namespace livesonic::notify
