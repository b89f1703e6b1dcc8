// SPDX-License-Identifier: Apache-2.0
// What libssh 0.10 does that one would not expect, and what is done about it here:
// - it switches a socket that it is given back to blocking: undone after each step of connecting;
// - it closes the socket by itself on errors: descriptor() tells;
// - after a protocol error it goes on buffering input for ever: alive() looks at its error state;
// - it queues requests from the host without limit: they are refused as they come;
// - it reads the user's configuration and known_hosts files while connecting: both switched off;
// - it grows its output without limit while the host does not read: such a host is dropped.
#include "livesonic/remote/session.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <libssh/server.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::remote {
namespace {

// No Diffie-Hellman group exchange: the host would choose a group, and so the cost of our part.
constexpr const char* kKeyExchange =
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,"
    "ecdh-sha2-nistp521,diffie-hellman-group14-sha256,diffie-hellman-group16-sha512";
// AES-GCM first: every server CPU of today computes it in hardware, at less than ChaCha20 costs.
constexpr const char* kCiphers =
    "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,"
    "aes192-ctr,aes128-ctr";

constexpr const char* kMacs =
    "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512";

// An honest server says a few kilobytes before it lets us in, banner for people included.
constexpr std::uint64_t kMaxBeforeLogin = std::uint64_t{1} << 20;
// What a host may send per second before it has to wait, so that none takes the reactor for itself.
constexpr std::int64_t kBytesPerSecond = std::int64_t{32} << 20;
constexpr std::int64_t kBurst = std::int64_t{8} << 20;
// A packet costs us about as much as this many bytes more.
constexpr std::uint64_t kBytesPerPacket = 256;
// What it may send while it reads nothing of what we send.
constexpr std::uint64_t kMaxWhileStuck = std::uint64_t{4} << 20;
constexpr int kReadsAtOnce = 64;
// libssh takes so much of a socket at once (MAX_BUF_SIZE): where less came, there was no more.
constexpr std::uint64_t kWholeRead = 4096;
constexpr int kStepsAtOnce = 8;

int refuse_request(ssh_session, ssh_message, void*) {
  return 1;  // the default answer: no
}

}  // namespace

std::string fingerprint_of(ssh_key key) {
  unsigned char* hash = nullptr;
  std::size_t size = 0;
  if (key == nullptr ||
      ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &size) != SSH_OK) {
    return {};
  }
  char* text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size);
  std::string fingerprint = text != nullptr ? text : "";
  ssh_string_free_char(text);
  ssh_clean_pubkey_hash(&hash);
  return fingerprint;
}

Result<std::unique_ptr<Session>> Session::adopt(int socket, const std::string& user,
                                                const std::string& host_key_algorithms,
                                                std::uint64_t rekey_after) {
  ssh_session handle = ssh_new();
  if (handle == nullptr) {
    close(socket);
    return fail(ErrorKind::kInternal, "cannot create an SSH session: out of memory");
  }
  std::unique_ptr<Session> session(new Session(handle));
  const bool no = false;
  const std::array<std::pair<ssh_options_e, const void*>, 12> options{{
      {SSH_OPTIONS_FD, &socket},
      {SSH_OPTIONS_PROCESS_CONFIG, &no},
      {SSH_OPTIONS_SSH_DIR, "/nonexistent"},
      {SSH_OPTIONS_KNOWNHOSTS, "/dev/null"},
      {SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null"},
      {SSH_OPTIONS_KEY_EXCHANGE, kKeyExchange},
      {SSH_OPTIONS_CIPHERS_C_S, kCiphers},
      {SSH_OPTIONS_CIPHERS_S_C, kCiphers},
      {SSH_OPTIONS_HMAC_C_S, kMacs},
      {SSH_OPTIONS_HMAC_S_C, kMacs},
      {SSH_OPTIONS_REKEY_DATA, &rekey_after},
      {SSH_OPTIONS_HOSTKEYS, host_key_algorithms.c_str()},
  }};
  bool all_set = ssh_options_set(handle, SSH_OPTIONS_USER, user.c_str()) == 0;
  for (const auto& [option, value] : options) {
    all_set = ssh_options_set(handle, option, value) == 0 && all_set;
  }
  if (!all_set) {
    close(socket);
    return fail(ErrorKind::kInvalidInput,
                fmt::format("cannot set up an SSH session for user {}: {}",
                            printable(shorten(user, 64)), session->error()));
  }
  ssh_set_blocking(handle, 0);
  ssh_set_counters(handle, &session->bytes_, &session->packets_);
  ssh_set_message_callback(handle, refuse_request, nullptr);
  return session;
}

Session::~Session() {
  if (event_ != nullptr) {
    ssh_event_remove_session(event_, session_);
    ssh_event_free(event_);
  }
  const int socket = descriptor();  // ssh_disconnect leaves it open, as it was ours
  ssh_disconnect(session_);
  ssh_free(session_);
  if (socket >= 0) close(socket);
}

Session::Step Session::exchange_keys() {
  for (int i = 0; i < kStepsAtOnce; ++i) {
    const int code = ssh_connect(session_);
    if (descriptor() >= 0) fcntl(descriptor(), F_SETFL, O_NONBLOCK);
    if (code == SSH_OK) return Step::kDone;
    if (code == SSH_ERROR || said_too_much()) return Step::kFailed;
    if (!write_pending()) break;
  }
  return Step::kAgain;
}

Session::Step Session::authenticate(const LoginKeys& keys) {
  for (int i = 0; i < kStepsAtOnce && next_key_ < keys.size();) {
    const Step step = judge_login(ssh_userauth_publickey(session_, nullptr, keys[next_key_].get()));
    if (step == Step::kRefused && next_key_ + 1 < keys.size()) {
      ++next_key_;
    } else if (step != Step::kAgain) {
      return step;
    } else {
      if (!write_pending()) break;
      ++i;
    }
  }
  return Step::kAgain;
}

Session::Step Session::judge_login(int code) {
  switch (code) {
    case SSH_AUTH_SUCCESS:
      own_error_.clear();
      event_ = ssh_event_new();
      return event_ != nullptr && ssh_event_add_session(event_, session_) == SSH_OK ? Step::kDone
                                                                                    : Step::kFailed;
    case SSH_AUTH_AGAIN:
      return said_too_much() ? Step::kFailed : Step::kAgain;
    case SSH_AUTH_DENIED:
      own_error_ = "the host refuses our key for this user";
      return Step::kRefused;
    case SSH_AUTH_PARTIAL:
    case SSH_AUTH_INFO:
      own_error_ = "the host takes our key but wants more than a key";
      return Step::kRefused;
    default:
      // A server that has had enough of a client says so while it hangs up.
      return std::string_view(ssh_get_error(session_)).find("SSH_MSG_DISCONNECT") !=
                     std::string_view::npos
                 ? Step::kRefused
                 : Step::kFailed;
  }
}

bool Session::pump(SteadyTime now) {
  for (int i = 0; i < kReadsAtOnce && charge(now); ++i) {
    const std::uint64_t before = bytes_in();
    const int code = ssh_event_dopoll(event_, 0);
    if (code == SSH_ERROR || !alive()) return false;
    const std::uint64_t came = bytes_in() - before;
    if (code == SSH_AGAIN || (came > 0 && came < kWholeRead && !write_pending())) break;
  }
  if (!write_pending()) {
    stuck_since_.reset();
  } else if (!stuck_since_) {
    stuck_since_ = bytes_in();
  } else if (bytes_in() - *stuck_since_ > kMaxWhileStuck) {
    own_error_ = "the host floods us and does not read what we send";
    return false;
  }
  return alive();
}

bool Session::flush() {
  if (alive() && write_pending()) ssh_blocking_flush(session_, 0);
  return alive();
}

bool Session::charge(SteadyTime now) {
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::min<std::chrono::nanoseconds>(now - refilled_, std::chrono::seconds{10}));
  allowance_ = std::min(kBurst, allowance_ + kBytesPerSecond / 1000 * elapsed.count());
  if (elapsed.count() > 0) refilled_ = now;
  const std::uint64_t used = bytes_in() + packets_in() * kBytesPerPacket;
  allowance_ -= static_cast<std::int64_t>(used - charged_);
  charged_ = used;
  if (allowance_ > 0) {
    resume_at_.reset();
    return true;
  }
  resume_at_ = now + std::chrono::milliseconds{20 - allowance_ * 1000 / kBytesPerSecond};
  return false;
}

bool Session::alive() const {
  return ssh_is_connected(session_) != 0 &&
         (ssh_get_status(session_) & (SSH_CLOSED | SSH_CLOSED_ERROR)) == 0;
}

bool Session::write_pending() const {
  return (ssh_get_status(session_) & SSH_WRITE_PENDING) != 0;
}

bool Session::said_too_much() const {
  return bytes_in() > kMaxBeforeLogin;
}

std::string Session::host_key_fingerprint() const {
  ssh_key key = nullptr;
  if (ssh_get_server_publickey(session_, &key) != SSH_OK) return {};
  std::string fingerprint = fingerprint_of(key);
  ssh_key_free(key);
  return fingerprint;
}

std::uint32_t Session::wanted_events() const {
  if (resume_at_) return 0;
  std::uint32_t events = EPOLLIN;
  if (write_pending()) events |= EPOLLOUT;
  return events;
}

std::string Session::error() const {
  if (!own_error_.empty()) return own_error_;
  if (said_too_much() && event_ == nullptr) {
    return "the host sent more than 1 MiB before any login";
  }
  // libssh is a C library and fills this whenever something failed; the host's words may be in it.
  const std::string text = printable(shorten(ssh_get_error(session_), 300));
  return text.empty() || text == "Socket error: disconnected" ? "the host closed the connection"
                                                              : text;
}

}  // namespace livesonic::remote
