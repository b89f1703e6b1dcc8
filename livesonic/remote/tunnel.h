// SPDX-License-Identifier: Apache-2.0
// One connection through a bastion: a channel of its session on one side, a socket on the other.
#pragma once

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <cstdint>
#include <optional>
#include <string>

#include "livesonic/remote/dialer.h"
#include "livesonic/remote/event_loop.h"

namespace livesonic::remote {

// Not thread-safe: belongs to the reactor's thread. Must go before the session does. What one side
// does not take is not read from the other: it holds the channel's window (1.3 MB) at most.
class Tunnel final : public EventLoop::Handler {
 public:
  // What a tunnel tells its bastion: it has put something into the session, or has come to its end.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_tunnel(Tunnel& tunnel) = 0;
  };

  Tunnel(ssh_session session, EventLoop& loop, Owner& owner, std::string address,
         std::uint16_t port);
  ~Tunnel() override;
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;

  // To be called after each pump of the session.
  void advance();
  void on_wake(std::uint32_t events) override;

  [[nodiscard]] bool opening() const { return phase_ == Phase::kOpening; }
  [[nodiscard]] bool gone() const { return phase_ == Phase::kGone; }
  // Why the bastion did not open it.
  [[nodiscard]] const std::optional<Failure>& failure() const { return failure_; }
  // Once open: the end that the host seems to be at. The caller owns it from then on.
  [[nodiscard]] int take_socket();

 private:
  enum class Phase { kOpening, kOpen, kClosing, kGone };

  static int on_data(ssh_session, ssh_channel, void* data, std::uint32_t size, int is_stderr,
                     void* self);
  static void on_eof(ssh_session, ssh_channel, void* self);
  static void on_close(ssh_session, ssh_channel, void* self);

  void open();
  void read_channel();
  void read_socket();
  void write_channel();
  std::size_t send_some(const char* data, std::size_t size);
  void begin_closing();
  void rearm();

  EventLoop& loop_;
  Owner& owner_;
  const std::string address_;
  const std::uint16_t port_;
  const EventLoop::Token token_;
  ssh_channel channel_;
  ssh_channel_callbacks_struct callbacks_{};

  Phase phase_ = Phase::kOpening;
  std::optional<Failure> failure_;
  int ours_ = -1;
  int theirs_ = -1;
  std::string to_socket_;   // read from the channel, and not taken by the socket yet
  std::string to_channel_;  // read from the socket, and not taken by the channel yet
  bool blocked_ = false;    // the socket takes no more; more may be waiting within libssh
  bool starved_ = false;    // the channel's window is used up
  bool ended_ = false;      // nothing more comes from the host
};

}  // namespace livesonic::remote
