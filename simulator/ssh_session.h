// SPDX-License-Identifier: Apache-2.0
// One client's connection to one simulated host: key exchange, authentication, and commands in as
// many channels as the client opens. An explicit state machine around non-blocking libssh.
#pragma once

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/batch_shell.h"
#include "simulator/commands.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {

using Steady = std::chrono::steady_clock;

// What the session needs of the house around it; all is called on the session's thread.
struct SshSurroundings {
  std::function<std::optional<HostView>()> host;  // nullopt: it exists no longer
  // Whether the key (base64) was pushed to the host for the user a moment ago.
  std::function<bool(std::string_view user, std::string_view key)> pushed;
  ssh_key authorized = nullptr;  // null: any key is welcome; not owned
};

// Used by one thread only.
class SshSession {
 public:
  // Takes over `session`, freshly accepted and not blocking.
  SshSession(ssh_session session, const SshSurroundings& surroundings);
  ~SshSession();
  SshSession(const SshSession&) = delete;
  SshSession& operator=(const SshSession&) = delete;

  [[nodiscard]] int descriptor() const;
  // Whether it waits to write, besides waiting to read.
  [[nodiscard]] bool wants_write() const;
  // To be called whenever the descriptor is ready or next_due() has come. False when the
  // connection is over and the session is to be destroyed.
  [[nodiscard]] bool proceed();
  [[nodiscard]] std::optional<Steady::time_point> next_due() const;
  // Makes the end of the connection a reset, as from a host that crashed.
  void break_off();

 private:
  struct Channel {
    SshSession* session = nullptr;
    ssh_channel channel = nullptr;
    ssh_channel_callbacks_struct callbacks{};
    std::string line;
    std::optional<BatchShell> shell;  // several commands are given, one after the other
    bool input_ended = false;
    CommandAnswer answer;
    bool asked = false;  // a command was given
    Steady::time_point due{};
    std::size_t out_sent = 0, err_sent = 0;
    bool closed = false;
  };

  [[nodiscard]] bool is_welcome(const char* user, ssh_key key) const;
  static int on_key(ssh_session session, const char* user, ssh_key_struct* key, char state,
                    void* self);
  static ssh_channel on_channel(ssh_session session, void* self);
  static int on_exec(ssh_session session, ssh_channel channel, const char* line, void* self);
  static int on_input(ssh_session session, ssh_channel channel, void* data, std::uint32_t size,
                      int is_stderr, void* self);
  static void on_eof(ssh_session session, ssh_channel channel, void* self);
  static void on_close(ssh_session session, ssh_channel channel, void* self);

  bool exchange_keys();
  bool exchange_packets();
  // Both: whether anything was sent.
  bool serve_channels();
  bool serve(Channel& channel);
  // What comes next in a channel that answers more than once; false when that is nothing.
  bool go_on(Channel& channel);
  // Moves on what the window takes; whether all of `text` has gone.
  static bool send(ssh_channel channel, const std::string& text, std::size_t& sent, bool to_err);
  void release(Channel& channel);

  ssh_session session_;
  const SshSurroundings& surroundings_;
  ssh_event event_ = nullptr;  // once keys are exchanged
  ssh_server_callbacks_struct callbacks_{};
  std::list<Channel> channels_;  // their addresses are known to libssh
  Steady::time_point login_deadline_;
  bool authenticated_ = false;
  bool broken_ = false;
};

}  // namespace livesonic::simulator
