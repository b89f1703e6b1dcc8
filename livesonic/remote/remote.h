// SPDX-License-Identifier: Apache-2.0
// Run commands on a host: the interface. monitoring asks, ssh (or a fake) answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
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
  kConnectTimedOut,  // no connection in time: the name's lookup, or TCP
  kLoginTimedOut,    // connected, and then key exchange or authentication took too long
  kProtocolError,    // what answered does not speak SSH, or not with us
  kHostKeyChanged,   // it presented another key than the pinned or known one
  kHostKeyUnknown,   // nothing vouches for its key (yet): no known_hosts file, not its console
  kAuthenticationRefused,
  kNotTried,  // our side: we are stopping, too much is queued, or a key could not be looked up
};

struct CommandResult {
  End end = End::kNotTried;
  // 0..255; when end is kExited, and when it is kKilled and a shell told it by its status, 128 and
  // the signal's number.
  std::optional<int> exit_status;
  std::string out;         // raw bytes of stdout, up to Command::output_limit
  std::string err;         // raw bytes of stderr, up to Command::output_limit
  bool truncated = false;  // there was more than the limit
  Duration took{};         // from asking for the channel to the end
  std::string detail;      // for people: the signal, or what went wrong and where
};

struct Command {
  std::string line;                                    // for the user's login shell
  Duration timeout{};                                  // from when the channel is asked for
  std::size_t output_limit = std::size_t{64} * 1024;   // for stdout and stderr each
  std::shared_ptr<const std::string> input = nullptr;  // its standard input; null: empty
};

// How commands get there.
enum class Way {
  kSsh,
  kSsm,    // AWS Systems Manager: no open port, and no address needed
  kLocal,  // the host is this machine
};

struct Host {
  std::string id;          // identity: host keys are pinned to it, sessions are shared by it
  std::string address;     // host name or IP
  std::uint16_t port = 0;  // 0: as ssh_config says, else 22
  std::string user = {};   // empty: as ssh_config says, else the user that we run as
  std::string jump = {};   // bastions, as parse_jump() takes them; empty: as the settings say
  Way way = Way::kSsh;
  friend bool operator==(const Host&, const Host&) = default;
};

// All results of one call to run(), in the order of the commands.
using Done = std::function<void(std::vector<CommandResult>)>;

// A command that prints lines for as long as somebody listens.
struct StreamCommand {
  std::string line;                 // for the user's login shell
  Duration start{};                 // until the first line, from when the channel is asked for
  Duration silence{};               // between lines, then; a longer one ends the stream
  std::size_t longest_line = 4096;  // bytes; a longer one ends the stream
  int lines_per_second = 20;        // on average over ten seconds; more end the stream
};

// Called on a thread of the implementation, never two calls at a time; must not block.
class LineSink {
 public:
  virtual ~LineSink() = default;
  // Without the end of the line; may be empty, and may be any bytes.
  virtual void on_line(std::string_view line) = 0;
  // Exactly once and last. With kTimedOut the host was silent too long, with kProtocolError it said
  // too much; else it is as of a command. What it printed on standard error is kept, as of a
  // command.
  virtual void on_end(const CommandResult& result) = 0;
};

using StreamId = std::uint64_t;

// Thread-safe.
class Remote {
 public:
  virtual ~Remote() = default;

  // Runs the commands on the host over one session, in order; one that takes longer than two
  // seconds is not waited for. Each has its own deadline and outcome; when the session can't be
  // had, all have the same. Returns at once; `done` is called exactly once, on a thread of the
  // implementation, also when the implementation is destroyed meanwhile. `done` must not block. The
  // whole is bounded: connect_timeout and the commands' timeouts added up.
  virtual void run(Host host, std::vector<Command> commands, Done done) = 0;

  // Keeps one channel for this command until it ends, whoever ends it, and never begins it a second
  // time: that is left to the caller. Standard input is held open. Returns at once.
  // Not every way to a host has streams: then the sink hears of the end at once (kChannelRefused).
  virtual StreamId stream(Host host, StreamCommand command, std::shared_ptr<LineSink> sink);
  // The sink hears of the end, soon, if it hasn't yet.
  virtual void end_stream(const std::string& host_id, StreamId id);

  // The host is not watched any more: its streams are ended, and its session, if any, is closed.
  virtual void forget(const std::string& host_id) = 0;
};

inline StreamId Remote::stream(Host /*host*/, StreamCommand /*command*/,
                               std::shared_ptr<LineSink> sink) {
  CommandResult result;
  result.end = End::kChannelRefused;
  result.detail = "this way to the host has no streams";
  sink->on_end(result);
  return 0;
}

inline void Remote::end_stream(const std::string& /*host_id*/, StreamId /*id*/) {}

// What is remembered of hosts' keys between runs; supplied by app. Thread-safe.
class KeyMemory {
 public:
  virtual ~KeyMemory() = default;
  // The fingerprint that is pinned to the host id, if one is.
  virtual Result<std::optional<std::string>> pinned(const std::string& host_id) = 0;
  // Pins the key to the host id when none is pinned yet; returns the pinned fingerprint
  // ("SHA256:…", base64 without padding, as ssh-keygen prints it).
  virtual Result<std::string> pin(const std::string& host_id, const std::string& fingerprint) = 0;
};

// What the hosts printed on their consoles; supplied by app. Thread-safe.
class Consoles {
 public:
  virtual ~Consoles() = default;
  // As it stands there, control characters and all; empty when there is nothing yet. kNotFound when
  // the host has no console that could be asked for. Blocks.
  virtual Result<std::string> read(const std::string& host_id, const std::stop_token& stop) = 0;
};

// Lets a public key in for a minute (EC2 Instance Connect); supplied by app. Thread-safe.
class KeyPusher {
 public:
  virtual ~KeyPusher() = default;
  // `public_key` is a line as in authorized_keys. kNotFound for what is no EC2 instance. Blocks.
  virtual Result<void> push(const std::string& host_id, const std::string& user,
                            const std::string& public_key, const std::stop_token& stop) = 0;
};

}  // namespace livesonic::remote
