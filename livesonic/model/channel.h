// SPDX-License-Identifier: Apache-2.0
// The ways to people, as they are shown, and what a message's template may have put in. Plain
// values.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "livesonic/base/clock.h"
#include "livesonic/model/incident.h"

namespace livesonic {

// "channel:NAME": messages for the channel are given up.
inline constexpr std::string_view kChannelCause = "channel:";
inline Cause channel_cause(std::string_view channel) {
  return std::string(kChannelCause) + std::string(channel);
}

// Of a message that only tries whether a channel works.
inline constexpr std::string_view kTestCause = "test";

// How a channel does. Counts are of messages.
struct ChannelState {
  std::string name;
  std::string type;  // "webhook", …; empty: it is not configured (any more)
  int waiting = 0;   // to be sent
  std::optional<Time> oldest_waiting;
  int dead = 0;  // given up, and kept
  std::optional<Time> last_dead;
  std::optional<Time> last_success;
  std::optional<Time> last_failure;
  std::string last_error;  // of the last failure
  friend bool operator==(const ChannelState&, const ChannelState&) = default;

  // Messages were given up, and none was accepted since.
  [[nodiscard]] bool broken() const {
    return last_dead && (!last_success || *last_success < *last_dead);
  }
};

// What a test message came to.
struct ChannelTest {
  std::string channel;
  bool accepted = false;
  std::string error;
  Duration took{};
};

// What "{…}" may be in a channel's templates; docs/notifications.md says what each stands for.
inline constexpr std::array<std::string_view, 18> kMessagePlaceholders{
    "title",   "kind",      "severity",  "cluster",  "cause",           "summary",
    "note",    "opened_at", "closed_at", "duration", "members",         "count",
    "runbook", "link",      "id",        "channel",  "acknowledged_by", "state"};

}  // namespace livesonic
