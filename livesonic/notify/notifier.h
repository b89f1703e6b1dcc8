// SPDX-License-Identifier: Apache-2.0
// A channel to people. It tries once and says what came of it; when to try again is decided in one
// place, outbox.h.
#pragma once

#include <stop_token>
#include <string>

#include "livesonic/base/result.h"
#include "livesonic/model/incident.h"

namespace livesonic::notify {

// Thread-safe.
class Notifier {
 public:
  virtual ~Notifier() = default;
  [[nodiscard]] virtual const std::string& name() const = 0;
  // Returns when the other side has accepted the message, or with why it hasn't. Bounded in time,
  // and given up within about a second when `stop` is requested.
  virtual Result<void> deliver(const Delivery& delivery, const std::stop_token& stop) = 0;
};

}  // namespace livesonic::notify
