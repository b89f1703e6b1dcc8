// SPDX-License-Identifier: Apache-2.0
// What is said in a channel: one command (command_channel.h), several (batch_channel.h), or a
// stream of lines (stream_channel.h).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "livesonic/remote/exec_channel.h"
#include "livesonic/remote/remote.h"

namespace livesonic::remote {

// Not thread-safe: belongs to the reactor's thread. Must go before its session does. Its results
// may be there long before the channel is gone.
class Talk : public ExecChannel::Listener {
 public:
  Talk(ssh_session session, std::string line, SteadyTime now)
      : channel_(session, std::move(line), *this), asked_at_(now) {}

  // To be called after each pump of a live session and at due().
  virtual void advance(SteadyTime now) = 0;
  // The session is dead: the command that may have begun is concluded from what has been heard.
  virtual void session_lost(SteadyTime now, const std::string& reason) = 0;
  [[nodiscard]] virtual std::optional<SteadyTime> due() const = 0;

  // Nothing more is wanted of it: what runs is asked to stop.
  void stop(SteadyTime now) {
    over_ = true;
    channel_.stop(now);
  }

  // Results that have come since it was last asked, in the commands' order.
  [[nodiscard]] std::vector<CommandResult> take_results() { return std::exchange(results_, {}); }
  // There will be no more of them. Commands without one have not begun.
  [[nodiscard]] bool over() const { return over_; }
  // The command in hand takes so long that those after it had better be run elsewhere.
  [[nodiscard]] virtual bool is_slow(SteadyTime) const { return false; }
  // Runs nothing but the command in hand.
  virtual void leave_the_rest() {}
  // This host's shell can't have several commands in one channel.
  [[nodiscard]] virtual bool unsuited() const { return false; }
  // And this one can.
  [[nodiscard]] virtual bool suited() const { return false; }

  [[nodiscard]] const ExecChannel& channel() const { return channel_; }
  [[nodiscard]] SteadyTime asked_at() const { return asked_at_; }

 protected:
  void conclude(CommandResult result) { results_.push_back(std::move(result)); }
  void finish() { over_ = true; }

  ExecChannel channel_;

 private:
  const SteadyTime asked_at_;
  std::vector<CommandResult> results_;
  bool over_ = false;
};

// A result in the making: output up to a limit.
class Answer {
 public:
  explicit Answer(std::size_t limit = 0) : limit_(limit) {}
  void add(bool is_err, std::string_view bytes);
  // The rest is what is known of the end.
  CommandResult finish(End end, std::string detail, Duration took);
  // Of a command of which the channel's end is the end.
  CommandResult finish_with(const ExecChannel& channel, Duration took);

 private:
  std::size_t limit_;
  CommandResult result_;
};

inline Duration since(SteadyTime begin, SteadyTime now) {
  return std::chrono::duration_cast<Duration>(now - begin);
}

}  // namespace livesonic::remote
