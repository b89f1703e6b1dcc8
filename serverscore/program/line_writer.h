// SPDX-License-Identifier: Apache-2.0
// Writes lines to a reader who may be slow, stuck or gone: it never blocks and never hoards. The
// file's flags are left as they are, as a terminal's belong to all who have it open.
#pragma once

#include <string>
#include <string_view>

#include "serverscore/program/stream_plan.h"

namespace serverscore {

// A reader who takes nothing for so long is taken for dead.
inline constexpr std::chrono::seconds kStuckFor{60};

class LineWriter {
 public:
  enum class Sent {
    kSent,
    kSkipped,  // there is no room, so this line is left out
    kStuck,    // and there has been none for kStuckFor
    kGone,     // nobody will ever read it
    kFailed,   // it can't be written: a full disk, for instance
  };

  // `file` stays the caller's. SIGPIPE has to be ignored.
  explicit LineWriter(int file) : file_(file) {}

  // All of the line or nothing of it is sent, so long as it isn't longer than PIPE_BUF: if the file
  // takes only a part, the rest goes before the next line.
  Sent send(std::string_view line, Instant now);

 private:
  enum class Wrote { kAll, kNotAll, kGone, kFailed };
  Wrote write_rest();

  int file_;
  std::string rest_;  // of a line that was taken in part
  bool full_ = false;
  Instant full_since_{};
};

}  // namespace serverscore
