// SPDX-License-Identifier: Apache-2.0
// A channel to people. It tries once and says what came of it; when to try again, and when to give
// up, is decided in one place, outbox.h.
#pragma once

#include <stop_token>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/model/incident.h"
#include "livesonic/notify/message.h"

namespace livesonic::notify {

// Why a message was not accepted.
struct Refusal {
  std::string why;         // without any secret
  bool permanent = false;  // the same message will hardly be accepted later
  Duration retry_after{};  // how long the other side wants to be left alone; zero: it didn't say
};

using Accepted = tl::expected<void, Refusal>;

inline tl::unexpected<Refusal> refused(std::string why, bool permanent = false) {
  return tl::unexpected<Refusal>(Refusal{std::move(why), permanent, {}});
}

// Thread-safe.
class Notifier {
 public:
  virtual ~Notifier() = default;
  [[nodiscard]] virtual const std::string& name() const = 0;
  // Returns when the other side has accepted the message, or with why it hasn't. Bounded in time,
  // and given up within about a second when `stop` is requested. `message` is that of
  // `delivery.payload`, completed.
  virtual Accepted deliver(const Delivery& delivery, const Message& message,
                           const std::stop_token& stop) = 0;

  // The other side has incidents of its own, which stay open until it is told of the closing.
  [[nodiscard]] virtual bool keeps_state() const { return false; }
  // The other side forgets what it isn't told again: all open incidents, so often. Zero: it
  // doesn't.
  [[nodiscard]] virtual Duration refresh_every() const { return {}; }
  virtual Accepted refresh(const std::vector<Message>& /*open*/, const std::stop_token& /*stop*/) {
    return {};
  }
};

}  // namespace livesonic::notify
