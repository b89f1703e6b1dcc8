// SPDX-License-Identifier: Apache-2.0
// A line per interval, for as long as somebody is there to read it.
#pragma once

#include <poll.h>

#include <span>

#include "serverscore/program/options.h"
#include "serverscore/program/program.h"
#include "serverscore/program/stream_plan.h"

namespace serverscore {

// The time, and waiting. An interface, so that tests need not wait.
class StreamClock {
 public:
  StreamClock() = default;
  virtual ~StreamClock() = default;
  StreamClock(const StreamClock&) = delete;
  StreamClock& operator=(const StreamClock&) = delete;

  virtual Instant now() = 0;
  // Milliseconds since 1970.
  virtual long long unix_ms() = 0;
  // Like poll(), until then at the latest.
  virtual void wait(std::span<pollfd> files, Instant until) = 0;
};

class SystemClock : public StreamClock {
 public:
  Instant now() override;
  long long unix_ms() override;
  void wait(std::span<pollfd> files, Instant until) override;
};

// Prints to `out` until `in` is at its end or either of them breaks; what comes in is thrown away.
// The first line comes once the first look is over, which takes as long as `plan` says. Reads the
// state, and leaves it as it is. SIGPIPE has to be ignored.
// The answer's texts are empty, but for err where there is nothing to read or `out` can't be
// written to. kCannotWrite then, and when the reader takes nothing for a minute.
Answer stream(const Options& options, int in, int out, StreamClock& clock, CapturePlan plan = {});

}  // namespace serverscore
