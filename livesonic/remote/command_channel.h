// SPDX-License-Identifier: Apache-2.0
// One command on one channel of a session: asked for, run, read to the end, closed.
#pragma once

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <cstdint>
#include <optional>
#include <string>

#include "livesonic/remote/event_loop.h"
#include "livesonic/remote/remote.h"

namespace livesonic::remote {

// Not thread-safe: belongs to the reactor's thread. Must go before its session does. Its result
// may be there long before the channel is gone: a host takes its time to confirm the close, and
// until then its output must be read.
class CommandChannel {
 public:
  CommandChannel(ssh_session session, const Command& command, SteadyTime now);
  ~CommandChannel();
  CommandChannel(const CommandChannel&) = delete;
  CommandChannel& operator=(const CommandChannel&) = delete;

  // To be called after each pump of a live session and at due().
  void advance(SteadyTime now);
  // The session is dead: concludes from what has been heard.
  void session_lost(SteadyTime now, const std::string& reason);

  // There is a result, or, with `refused()`, none because the host would not open the channel.
  [[nodiscard]] bool concluded() const { return concluded_; }
  [[nodiscard]] bool refused() const { return refused_; }
  [[nodiscard]] CommandResult take_result() { return std::move(result_); }
  // The host may have begun to run the command: it must not be sent again.
  [[nodiscard]] bool sent() const { return sent_; }
  [[nodiscard]] bool opening() const { return phase_ == Phase::kOpening; }
  [[nodiscard]] SteadyTime asked_at() const { return asked_at_; }
  // Nothing more will come of it: it may be destroyed.
  [[nodiscard]] bool gone() const { return phase_ == Phase::kGone; }
  // Since when the host owes us the channel's end, if it does: from the command's end or deadline.
  [[nodiscard]] std::optional<SteadyTime> closing_since() const { return closing_since_; }
  [[nodiscard]] std::optional<SteadyTime> due() const;

 private:
  enum class Phase { kOpening, kStarting, kRunning, kEnding, kClosing, kGone };

  static int on_data(ssh_session, ssh_channel, void* data, std::uint32_t size, int is_stderr,
                     void* self);
  static void on_eof(ssh_session, ssh_channel, void* self);
  static void on_close(ssh_session, ssh_channel, void* self);
  static void on_exit_status(ssh_session, ssh_channel, int status, void* self);
  static void on_exit_signal(ssh_session, ssh_channel, const char* signal, int core,
                             const char* message, const char* language, void* self);

  void advance_running(SteadyTime now);
  void conclude(End end, std::string detail, SteadyTime now);
  void conclude_ended(SteadyTime now);
  void begin_closing(SteadyTime now);

  const Command command_;
  const SteadyTime asked_at_;
  const SteadyTime deadline_;
  Phase phase_ = Phase::kOpening;
  ssh_channel channel_;
  ssh_channel_callbacks_struct callbacks_{};

  // What the callbacks have heard.
  std::optional<int> status_;
  std::string signal_;
  bool eof_ = false;
  bool closed_ = false;
  bool heard_ = false;  // since last looked

  CommandResult result_;
  bool concluded_ = false;
  bool refused_ = false;
  bool sent_ = false;
  std::optional<SteadyTime> quiet_since_;  // no more output, after the exit status
  std::optional<SteadyTime> kill_at_;
  std::optional<SteadyTime> closing_since_;
};

}  // namespace livesonic::remote
