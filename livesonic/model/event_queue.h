// SPDX-License-Identifier: Apache-2.0
// How the listening on a queue of AWS's events goes. Plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "livesonic/base/clock.h"

namespace livesonic {

struct EventQueueState {
  std::string account;  // as the configuration calls it
  std::string queue_url;
  std::optional<Time> last_answer;   // the queue could be asked
  std::optional<Time> last_message;  // a readable one came
  std::int64_t messages = 0;         // read since the start, copies included
  std::int64_t unreadable = 0;       // since the start
  std::int64_t waiting = 0;          // read, but not acted on yet
  std::string error;                 // why the last attempt failed; empty when it didn't
};

}  // namespace livesonic
