// SPDX-License-Identifier: Apache-2.0
// One SSH conversation with one host: libssh, tamed. Nothing here blocks, and whatever the host
// sends costs a bounded amount of memory and, per second, of CPU.
#pragma once

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "livesonic/base/result.h"
#include "livesonic/remote/event_loop.h"
#include "livesonic/remote/identity.h"

namespace livesonic::remote {

// "SHA256:…" in base64 without padding, as ssh-keygen prints it; empty when there is no key.
std::string fingerprint_of(ssh_key key);

// Not thread-safe: belongs to the reactor's thread. First exchange_keys() until it is done, then,
// if the key is to be trusted, authenticate() or agent_login.h, then pump().
class Session {
 public:
  enum class Step { kAgain, kDone, kRefused, kFailed };

  // Takes over the socket, which must be connected and non-blocking. With `rekey_after` new keys
  // are asked for after so many bytes, else when the cipher wants it.
  static Result<std::unique_ptr<Session>> adopt(int socket, const std::string& user,
                                                const std::string& host_key_algorithms,
                                                std::uint64_t rekey_after = 0);
  // Says good-bye if the host still listens, and closes the socket.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Step exchange_keys();
  // Offers one key after the other. kRefused: the host knows us and says no.
  Step authenticate(const LoginKeys& keys);
  // What an attempt to log in has come to, in libssh's words: turned into a step. kRefused may be
  // followed by another attempt with another key.
  Step judge_login(int code);

  // Reads what there is and lets channels' callbacks have it. False: the session is dead.
  bool pump(SteadyTime now);
  // Sends what is queued, as far as the host takes it. May read as well. False: dead.
  bool flush();

  [[nodiscard]] bool alive() const;
  [[nodiscard]] std::string host_key_fingerprint() const;
  // For epoll; 0 while the host has used up its share of our time, until resume_at().
  [[nodiscard]] std::uint32_t wanted_events() const;
  [[nodiscard]] std::optional<SteadyTime> resume_at() const { return resume_at_; }
  // -1 once libssh has closed it.
  [[nodiscard]] int descriptor() const { return ssh_get_fd(session_); }
  // How many packets and bytes have come so far: it has been heard of if this grows.
  [[nodiscard]] std::uint64_t packets_in() const { return packets_.in_packets; }
  [[nodiscard]] std::uint64_t bytes_in() const { return bytes_.in_bytes; }
  // What went wrong, for people; on one line and short.
  [[nodiscard]] std::string error() const;
  [[nodiscard]] ssh_session handle() const { return session_; }

 private:
  explicit Session(ssh_session session) : session_(session) {}
  [[nodiscard]] bool write_pending() const;
  [[nodiscard]] bool said_too_much() const;
  bool charge(SteadyTime now);

  ssh_session session_;
  ssh_event event_ = nullptr;  // pumps the session without a channel; set once authenticated
  ssh_counter_struct bytes_{};
  ssh_counter_struct packets_{};

  std::string own_error_;
  std::size_t next_key_ = 0;
  std::int64_t allowance_ = 0;  // bytes that may still be read before a pause
  std::uint64_t charged_ = 0;
  SteadyTime refilled_{};
  std::optional<SteadyTime> resume_at_;
  std::optional<std::uint64_t> stuck_since_;  // bytes_in() when the host stopped reading
};

}  // namespace livesonic::remote
