// SPDX-License-Identifier: Apache-2.0
// What systemd wants to know of a service (sd_notify(3)): short texts to a datagram socket, which
// is all of the protocol.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "livesonic/base/clock.h"
#include "livesonic/config/config.h"

namespace livesonic::app {

// Thread-safe. Without systemd nothing happens.
class Systemd {
 public:
  // NOTIFY_SOCKET, and WATCHDOG_USEC where it is meant for this process (WATCHDOG_PID).
  explicit Systemd(const config::Environment& environment);

  // "READY=1", "STOPPING=1", "WATCHDOG=1". True when it was sent.
  [[nodiscard]] bool tell(std::string_view state) const;
  // How often it must be told WATCHDOG=1 at least, or this process is ended.
  [[nodiscard]] std::optional<Duration> watchdog() const { return watchdog_; }

 private:
  std::string socket_;  // empty: none
  std::optional<Duration> watchdog_;
};

}  // namespace livesonic::app
