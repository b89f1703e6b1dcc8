// SPDX-License-Identifier: Apache-2.0
// One channel of a session with one command line in it, as libssh has it: opened, asked, fed,
// listened to, stopped, closed. What is said in it is a talk's business (talk.h).
#pragma once

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "livesonic/remote/event_loop.h"

namespace livesonic::remote {

// Not thread-safe: belongs to the reactor's thread. Must go before its session does. It may stay
// for long after the command's end: a host takes its time to confirm the close, and until then what
// it sends must be read.
class ExecChannel {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void on_output(bool is_err, std::string_view bytes) = 0;
  };

  // `listener` must outlive it. Without input the command's standard input is at its end at once.
  ExecChannel(ssh_session session, std::string line, Listener& listener);
  ~ExecChannel();
  ExecChannel(const ExecChannel&) = delete;
  ExecChannel& operator=(const ExecChannel&) = delete;

  // To be called after each pump of a live session and at due().
  void advance(SteadyTime now);

  // For the command's standard input; sent as the host takes it.
  void send(std::string_view bytes);
  void send(std::shared_ptr<const std::string> bytes);
  void end_input();

  // Asks the command to stop, kills it a second later, and closes.
  void stop(SteadyTime now);
  // Nothing more is wanted.
  void close(SteadyTime now);
  // The session is dead.
  void session_lost();

  // The host would not open the channel; why.
  [[nodiscard]] bool refused() const { return refused_; }
  [[nodiscard]] const std::string& refusal() const { return refusal_; }
  // It opened the channel, and would not run a command in it.
  [[nodiscard]] bool exec_refused() const { return exec_refused_; }
  [[nodiscard]] bool opening() const { return phase_ == Phase::kOpening; }
  [[nodiscard]] bool starting() const { return phase_ == Phase::kStarting; }
  [[nodiscard]] bool running() const { return phase_ == Phase::kRunning; }
  // The host may have begun to run the line.
  [[nodiscard]] bool sent() const { return sent_; }
  // Nothing more will come of it: it may be destroyed.
  [[nodiscard]] bool gone() const { return phase_ == Phase::kGone; }

  // What the host said of the command's end.
  [[nodiscard]] bool ended() const { return status_.has_value() || !signal_.empty(); }
  [[nodiscard]] std::optional<int> status() const { return status_; }
  [[nodiscard]] const std::string& signal() const { return signal_; }  // "SIGKILL"; or empty
  [[nodiscard]] bool output_ended() const { return eof_ || closed_; }
  [[nodiscard]] bool closed() const { return closed_; }

  // Since when the host owes us the channel's end, if it does.
  [[nodiscard]] std::optional<SteadyTime> closing_since() const { return closing_since_; }
  [[nodiscard]] std::optional<SteadyTime> due() const;

 private:
  enum class Phase { kOpening, kStarting, kRunning, kStopping, kClosing, kGone };

  static int on_data(ssh_session, ssh_channel, void* data, std::uint32_t size, int is_stderr,
                     void* self);
  static void on_eof(ssh_session, ssh_channel, void* self);
  static void on_close(ssh_session, ssh_channel, void* self);
  static void on_exit_status(ssh_session, ssh_channel, int status, void* self);
  static void on_exit_signal(ssh_session, ssh_channel, const char* signal, int core,
                             const char* message, const char* language, void* self);
  void feed();
  bool write(std::string_view bytes, std::size_t& written);

  const std::string line_;
  Listener& listener_;
  Phase phase_ = Phase::kOpening;
  ssh_channel channel_;
  ssh_channel_callbacks_struct callbacks_{};
  bool refused_ = false;
  bool exec_refused_ = false;
  bool sent_ = false;
  bool unwanted_ = false;  // is to be closed as soon as it is open
  std::string refusal_;

  std::string input_;
  std::shared_ptr<const std::string> shared_input_;  // goes first
  std::size_t fed_ = 0;                              // of shared_input_, then of input_
  bool input_ends_ = false;
  bool input_ended_ = false;

  std::optional<int> status_;
  std::string signal_;
  bool eof_ = false;
  bool closed_ = false;
  std::optional<SteadyTime> kill_at_;
  std::optional<SteadyTime> closing_since_;
};

}  // namespace livesonic::remote
