// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/command_channel.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "livesonic/base/time_text.h"

namespace livesonic::remote {
namespace {

// A command whose background child keeps stdout open never ends its output. Once the command itself
// has ended, this long without another byte is taken for the end.
constexpr Duration kQuietAfterExit = std::chrono::seconds{1};

}  // namespace

CommandChannel::CommandChannel(ssh_session session, const Command& command, SteadyTime now)
    : Talk(session, command.line, now),
      timeout_(command.timeout),
      deadline_(now + std::max(command.timeout, Duration{1})),
      answer_(command.output_limit) {
  if (command.line.find('\0') != std::string::npos) {
    give_up(now, End::kChannelRefused, "the command contains a NUL byte, which no shell takes");
    channel_.session_lost();  // it was never opened
    return;
  }
  if (command.input) channel_.send(command.input);
  channel_.end_input();  // a command that reads its input finds no more
}

void CommandChannel::on_output(bool is_err, std::string_view bytes) {
  heard_ = true;
  if (!over()) answer_.add(is_err, bytes);
}

void CommandChannel::advance(SteadyTime now) {
  channel_.advance(now);
  if (over()) return;
  if (channel_.refused()) {
    finish();
  } else if (channel_.exec_refused()) {
    give_up(now, End::kChannelRefused, "the host would not run a command for this user");
  } else if (channel_.running()) {
    advance_running(now);
  }
  if (!over() && now >= deadline_) {
    give_up(now, End::kTimedOut,
            fmt::format("{} after {}",
                        channel_.opening()    ? "the host had not opened a channel"
                        : channel_.starting() ? "the host had not begun to run it"
                                              : "still running",
                        format_duration(timeout_)));
    channel_.stop(now);
  }
  // What was written, closed or stopped just now is told the host at once. A channel that is still
  // on its way is not looked at twice: what comes of it would go unnoticed.
  if (over() || channel_.running()) channel_.advance(now);
}

void CommandChannel::advance_running(SteadyTime now) {
  if (channel_.closed() || (channel_.ended() && channel_.output_ended())) {
    conclude_ended(now);
    return;
  }
  if (!channel_.ended()) return;
  if (!quiet_since_ || heard_) quiet_since_ = now;
  heard_ = false;
  if (now >= *quiet_since_ + kQuietAfterExit) conclude_ended(now);
}

void CommandChannel::conclude_ended(SteadyTime now) {
  conclude(answer_.finish_with(channel_, since(asked_at(), now)));
  finish();
  channel_.close(now);
}

void CommandChannel::give_up(SteadyTime now, End end, std::string detail) {
  conclude(answer_.finish(end, std::move(detail), since(asked_at(), now)));
  finish();
}

void CommandChannel::session_lost(SteadyTime now, const std::string& reason) {
  channel_.session_lost();
  if (over()) return;
  finish();
  if (!channel_.sent()) return;
  conclude(channel_.ended() ? answer_.finish_with(channel_, since(asked_at(), now))
                            : answer_.finish(End::kConnectionLost, reason, since(asked_at(), now)));
}

std::optional<SteadyTime> CommandChannel::due() const {
  if (const auto due = channel_.due()) return due;
  if (over()) return std::nullopt;
  if (quiet_since_) return std::min(*quiet_since_ + kQuietAfterExit, deadline_);
  return deadline_;
}

}  // namespace livesonic::remote
