// SPDX-License-Identifier: Apache-2.0
// Run commands on a host: the interface. monitoring asks, ssh (or a fake) answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::remote {

// How far a command got. Only kExited ran to its end.
enum class End {
  kExited,
  kKilled,          // ended by a signal
  kTimedOut,        // still running at its deadline; the channel was closed
  kConnectionLost,  // the session broke while it ran
  kChannelRefused,  // the host would not open a channel or run a command in it
  kNoAddress,       // the host name does not resolve
  kConnectionRefused,
  kUnreachable,      // no route, network down, or any other error of connecting
  kConnectTimedOut,  // connecting, key exchange or authentication took too long
  kProtocolError,    // what answered does not speak SSH, or not with us
  kHostKeyChanged,   // it presented another key than the pinned or known one
  kHostKeyUnknown,   // it is in no known_hosts file
  kAuthenticationRefused,
  kNotTried,  // our side: we are stopping, too much is queued, or a key could not be looked up
};

struct CommandResult {
  End end = End::kNotTried;
  std::optional<int> exit_status;  // 0..255, exactly when end is kExited
  std::string out;                 // raw bytes of stdout, up to Command::output_limit
  std::string err;                 // raw bytes of stderr, up to Command::output_limit
  bool truncated = false;          // there was more than the limit
  Duration took{};                 // from asking for the channel to the end
  std::string detail;              // for people: the signal, or what went wrong and where
};

struct Command {
  std::string line;                                   // for the user's login shell
  Duration timeout{};                                 // from when the channel is asked for
  std::size_t output_limit = std::size_t{64} * 1024;  // for stdout and stderr each
};

struct Host {
  std::string id;       // identity: host keys are pinned to it, sessions are shared by it
  std::string address;  // host name or IP
  std::uint16_t port = 22;
  std::string user;
  friend bool operator==(const Host&, const Host&) = default;
};

// All results of one call to run(), in the order of the commands.
using Done = std::function<void(std::vector<CommandResult>)>;

// Thread-safe.
class Remote {
 public:
  virtual ~Remote() = default;

  // Runs the commands on the host, one after the other over one session. Each has its own deadline
  // and outcome; when the session can't be had, all have the same. Returns at once; `done` is
  // called exactly once, on a thread of the implementation, also when the implementation is
  // destroyed meanwhile. `done` must not block. The whole is bounded: connect_timeout and the
  // commands' timeouts added up.
  virtual void run(Host host, std::vector<Command> commands, Done done) = 0;

  // The host is not watched any more: its session, if any, is closed.
  virtual void forget(const std::string& host_id) = 0;
};

// What is remembered of hosts' keys between runs; supplied by app. Thread-safe.
class KeyMemory {
 public:
  virtual ~KeyMemory() = default;
  // Pins the key to the host id when none is pinned yet; returns the pinned fingerprint
  // ("SHA256:…", base64 without padding, as ssh-keygen prints it).
  virtual Result<std::string> pin(const std::string& host_id, const std::string& fingerprint) = 0;
};

}  // namespace livesonic::remote
