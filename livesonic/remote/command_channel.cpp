// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/command_channel.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::remote {
namespace {

// A command whose background child keeps stdout open never ends its output. Once the command itself
// has ended, this long without another byte is taken for the end.
constexpr Duration kQuietAfterExit = std::chrono::seconds{1};
// Between asking a command at its deadline to stop, and killing it.
constexpr Duration kTimeToStop = std::chrono::seconds{1};

Duration since(SteadyTime begin, SteadyTime now) {
  return std::chrono::duration_cast<Duration>(now - begin);
}

}  // namespace

CommandChannel::CommandChannel(ssh_session session, const Command& command, SteadyTime now)
    : command_(command),
      asked_at_(now),
      deadline_(now + std::max(command.timeout, Duration{1})),
      channel_(ssh_channel_new(session)) {
  if (command_.line.find('\0') != std::string::npos) {
    conclude(End::kChannelRefused, "the command contains a NUL byte, which no shell takes", now);
    phase_ = Phase::kGone;
    return;
  }
  if (channel_ == nullptr) {
    conclude(End::kConnectionLost, "cannot create a channel", now);
    phase_ = Phase::kGone;
    return;
  }
  ssh_callbacks_init(&callbacks_);
  callbacks_.userdata = this;
  callbacks_.channel_data_function = on_data;
  callbacks_.channel_eof_function = on_eof;
  callbacks_.channel_close_function = on_close;
  callbacks_.channel_exit_status_function = on_exit_status;
  callbacks_.channel_exit_signal_function = on_exit_signal;
  ssh_set_channel_callbacks(channel_, &callbacks_);
}

CommandChannel::~CommandChannel() {
  if (channel_ == nullptr) return;
  // libssh may keep the channel until the host confirms: it must not call us any more.
  ssh_remove_channel_callbacks(channel_, &callbacks_);
  ssh_channel_free(channel_);
}

int CommandChannel::on_data(ssh_session, ssh_channel, void* data, std::uint32_t size, int is_stderr,
                            void* self) {
  auto& channel = *static_cast<CommandChannel*>(self);
  channel.heard_ = true;
  if (!channel.concluded_) {
    std::string& kept = is_stderr != 0 ? channel.result_.err : channel.result_.out;
    const std::size_t room = channel.command_.output_limit - kept.size();
    kept.append(static_cast<const char*>(data), std::min<std::size_t>(room, size));
    if (size > room) channel.result_.truncated = true;
  }
  return static_cast<int>(size);  // all taken: what is over the limit is dropped here
}

void CommandChannel::on_eof(ssh_session, ssh_channel, void* self) {
  static_cast<CommandChannel*>(self)->eof_ = true;
}

void CommandChannel::on_close(ssh_session, ssh_channel, void* self) {
  static_cast<CommandChannel*>(self)->closed_ = true;
}

void CommandChannel::on_exit_status(ssh_session, ssh_channel, int status, void* self) {
  static_cast<CommandChannel*>(self)->status_ = status;
}

void CommandChannel::on_exit_signal(ssh_session, ssh_channel, const char* signal, int core,
                                    const char*, const char*, void* self) {
  auto& channel = *static_cast<CommandChannel*>(self);
  channel.signal_ = fmt::format("SIG{}{}", printable(shorten(signal != nullptr ? signal : "?", 32)),
                                core != 0 ? " (core dumped)" : "");
}

void CommandChannel::advance(SteadyTime now) {
  if (phase_ == Phase::kGone) return;
  if (phase_ == Phase::kOpening) {
    const int code = ssh_channel_open_session(channel_);
    if (code == SSH_OK) {
      phase_ = concluded_ ? Phase::kClosing : Phase::kStarting;
    } else if (code == SSH_ERROR) {
      // The session's own death is looked at by its owner.
      refused_ = true;
      concluded_ = true;
      result_.detail = printable(shorten(ssh_get_error(ssh_channel_get_session(channel_)), 200));
      phase_ = Phase::kGone;
      return;
    }
  }
  if (phase_ == Phase::kStarting && !concluded_) {
    sent_ = true;
    const int code = ssh_channel_request_exec(channel_, command_.line.c_str());
    if (code == SSH_OK) {
      phase_ = Phase::kRunning;
      ssh_channel_send_eof(channel_);  // a command that reads its input finds none
    } else if (code == SSH_ERROR) {
      conclude(End::kChannelRefused, "the host would not run a command for this user", now);
      begin_closing(now);
    }
  }
  if (phase_ == Phase::kRunning) advance_running(now);
  if (!concluded_ && now >= deadline_) {
    conclude(End::kTimedOut,
             fmt::format("{} after {}",
                         phase_ == Phase::kOpening    ? "the host had not opened a channel"
                         : phase_ == Phase::kStarting ? "the host had not begun to run it"
                                                      : "still running",
                         format_duration(command_.timeout)),
             now);
    closing_since_ = now;
    if (phase_ == Phase::kRunning) {
      phase_ = Phase::kEnding;
      kill_at_ = now + kTimeToStop;
      ssh_channel_request_send_signal(channel_, "TERM");
    } else if (phase_ == Phase::kStarting) {
      begin_closing(now);
    }  // one that is still opening is closed as soon as it is open
  }
  if (phase_ == Phase::kEnding && (closed_ || status_ || !signal_.empty() || now >= *kill_at_)) {
    if (now >= *kill_at_ && !closed_) ssh_channel_request_send_signal(channel_, "KILL");
    begin_closing(now);
  }
  if (phase_ == Phase::kClosing) {
    // Non-blocking, it may take several calls until the close has been sent after the eof.
    if (ssh_channel_close(channel_) == SSH_OK && closed_) phase_ = Phase::kGone;
  }
}

void CommandChannel::advance_running(SteadyTime now) {
  const bool ended = status_.has_value() || !signal_.empty();
  if (closed_ || (ended && eof_)) {
    conclude_ended(now);
    begin_closing(now);
    return;
  }
  if (!ended) return;
  if (!quiet_since_ || heard_) quiet_since_ = now;
  heard_ = false;
  if (now >= *quiet_since_ + kQuietAfterExit) {
    conclude_ended(now);
    begin_closing(now);
  }
}

void CommandChannel::conclude_ended(SteadyTime now) {
  if (!signal_.empty()) {
    conclude(End::kKilled, "killed by " + signal_, now);
  } else if (!status_) {
    conclude(End::kConnectionLost, "the host closed the channel without an exit status", now);
  } else if (*status_ >= 0 && *status_ <= 255) {
    result_.exit_status = *status_;
    conclude(End::kExited, "", now);
  } else {
    result_.exit_status = 255;
    conclude(End::kExited,
             fmt::format("the host reported the exit status {}", static_cast<unsigned>(*status_)),
             now);
  }
}

void CommandChannel::session_lost(SteadyTime now, const std::string& reason) {
  phase_ = Phase::kGone;
  if (concluded_) return;
  if (status_ || !signal_.empty()) {
    conclude_ended(now);
  } else {
    conclude(End::kConnectionLost, reason, now);
  }
}

void CommandChannel::conclude(End end, std::string detail, SteadyTime now) {
  concluded_ = true;
  result_.end = end;
  result_.detail = std::move(detail);
  result_.took = since(asked_at_, now);
}

void CommandChannel::begin_closing(SteadyTime now) {
  phase_ = Phase::kClosing;
  if (!closing_since_) closing_since_ = now;
}

std::optional<SteadyTime> CommandChannel::due() const {
  if (kill_at_ && phase_ == Phase::kEnding) return kill_at_;
  if (concluded_) return std::nullopt;
  if (quiet_since_) return std::min(*quiet_since_ + kQuietAfterExit, deadline_);
  return deadline_;
}

}  // namespace livesonic::remote
