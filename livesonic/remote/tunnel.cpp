// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/tunnel.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::remote {
namespace {

constexpr std::size_t kChunk = 16'384;

// libssh tells the reason by its number alone (RFC 4254, 5.1).
constexpr std::string_view kProhibited = "error (1)";

std::string in_words(std::string reason) {
  if (reason.find(kProhibited) == std::string::npos) return reason;
  return reason + ": prohibited there (AllowTcpForwarding, PermitOpen)";
}

// sshd says what its system said.
End end_of(const std::string& reason) {
  const auto says = [&](const char* words) { return reason.find(words) != std::string::npos; };
  if (says("refused")) return End::kConnectionRefused;
  if (says("timed out")) return End::kConnectTimedOut;
  if (says("resolution") || says("not known")) return End::kNoAddress;
  return End::kUnreachable;
}

}  // namespace

Tunnel::Tunnel(ssh_session session, EventLoop& loop, Owner& owner, std::string address,
               std::uint16_t port)
    : loop_(loop),
      owner_(owner),
      address_(std::move(address)),
      port_(port),
      token_(loop.add(*this)),
      channel_(ssh_channel_new(session)) {
  if (channel_ == nullptr) {
    failure_ = Failure{End::kUnreachable, "cannot create a channel"};
    phase_ = Phase::kGone;
    return;
  }
  ssh_callbacks_init(&callbacks_);
  callbacks_.userdata = this;
  callbacks_.channel_data_function = on_data;
  callbacks_.channel_eof_function = on_eof;
  callbacks_.channel_close_function = on_close;
  ssh_set_channel_callbacks(channel_, &callbacks_);
}

Tunnel::~Tunnel() {
  loop_.remove(token_);
  if (ours_ >= 0) close(ours_);
  if (theirs_ >= 0) close(theirs_);
  if (channel_ == nullptr) return;
  // libssh may keep the channel until the bastion confirms: it must not call us any more.
  ssh_remove_channel_callbacks(channel_, &callbacks_);
  ssh_channel_free(channel_);
}

int Tunnel::take_socket() {
  return std::exchange(theirs_, -1);
}

int Tunnel::on_data(ssh_session, ssh_channel, void* data, std::uint32_t size, int is_stderr,
                    void* self) {
  auto& tunnel = *static_cast<Tunnel*>(self);
  // The host's greeting may come together with the news that the channel is open: libssh keeps it
  // until open() has noticed.
  if (tunnel.phase_ == Phase::kOpening) return 0;
  // Nothing of this comes from an honest bastion: dropped.
  if (is_stderr != 0 || tunnel.phase_ != Phase::kOpen) return static_cast<int>(size);
  if (tunnel.blocked_) return 0;  // libssh keeps it, and grants no more than it has room for
  const std::size_t sent = tunnel.send_some(static_cast<const char*>(data), size);
  if (sent < size) tunnel.blocked_ = true;
  return static_cast<int>(sent);
}

void Tunnel::on_eof(ssh_session, ssh_channel, void* self) {
  static_cast<Tunnel*>(self)->ended_ = true;
}

void Tunnel::on_close(ssh_session, ssh_channel, void* self) {
  static_cast<Tunnel*>(self)->ended_ = true;
}

void Tunnel::open() {
  const int code = ssh_channel_open_forward(channel_, address_.c_str(), port_, "127.0.0.1", 0);
  if (code == SSH_AGAIN) return;
  if (code != SSH_OK) {
    const std::string reason =
        in_words(printable(shorten(ssh_get_error(ssh_channel_get_session(channel_)), 200)));
    failure_ = Failure{end_of(reason), reason};
    phase_ = Phase::kGone;
    return;
  }
  std::array<int, 2> ends{-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    failure_ = Failure{End::kUnreachable, "too many open files (on this machine)"};
    begin_closing();
    return;
  }
  ours_ = ends[0];
  theirs_ = ends[1];
  phase_ = Phase::kOpen;
  read_channel();
}

void Tunnel::advance() {
  if (phase_ == Phase::kOpening) open();
  if (phase_ == Phase::kOpen) {
    if (starved_ && ssh_channel_window_size(channel_) > 0) starved_ = false;
    write_channel();
    if (ended_ && !blocked_) {
      read_channel();  // what is left
      if (!blocked_) begin_closing();
    }
  }
  if (phase_ == Phase::kClosing) {
    // Non-blocking, it may take several calls until the close has been sent after the eof.
    const int code = ssh_channel_close(channel_);
    if (code == SSH_OK || code == SSH_ERROR) phase_ = Phase::kGone;
  }
  rearm();
}

void Tunnel::on_wake(std::uint32_t events) {
  if (phase_ == Phase::kOpen) {
    if ((events & EPOLLOUT) != 0) {
      blocked_ = false;
      read_channel();
    }
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read_socket();
  }
  owner_.on_tunnel(*this);
}

// What libssh has kept while the socket took no more.
void Tunnel::read_channel() {
  std::array<char, kChunk> chunk{};
  for (;;) {
    if (!to_socket_.empty()) {
      to_socket_.erase(0, send_some(to_socket_.data(), to_socket_.size()));
      if (!to_socket_.empty()) {
        blocked_ = true;
        return;
      }
    }
    const int got = ssh_channel_read_nonblocking(channel_, chunk.data(), chunk.size(), 0);
    if (got <= 0 || phase_ != Phase::kOpen) return;
    to_socket_.assign(chunk.data(), static_cast<std::size_t>(got));
  }
}

std::size_t Tunnel::send_some(const char* data, std::size_t size) {
  std::size_t sent = 0;
  while (sent < size) {
    const ssize_t count = send(ours_, data + sent, size - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno != EAGAIN) return size;  // nobody is there any more: read_socket() sees
    if (count <= 0) break;
    sent += static_cast<std::size_t>(count);
  }
  return sent;
}

void Tunnel::read_socket() {
  std::array<char, kChunk> chunk{};
  while (to_channel_.empty()) {
    const std::size_t room = ssh_channel_window_size(channel_);
    if (room == 0) {
      starved_ = true;
      return;
    }
    const ssize_t got = recv(ours_, chunk.data(), std::min(room, chunk.size()), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      begin_closing();
      return;
    }
    to_channel_.assign(chunk.data(), static_cast<std::size_t>(got));
    write_channel();
    if (static_cast<std::size_t>(got) < chunk.size()) return;
  }
}

void Tunnel::write_channel() {
  if (to_channel_.empty() || phase_ != Phase::kOpen) return;
  const int written = ssh_channel_write(channel_, to_channel_.data(),
                                        static_cast<std::uint32_t>(to_channel_.size()));
  if (written < 0) {
    begin_closing();
  } else {
    to_channel_.erase(0, static_cast<std::size_t>(written));
  }
}

void Tunnel::begin_closing() {
  phase_ = Phase::kClosing;
  to_channel_.clear();
  to_socket_.clear();
  loop_.unwatch(token_);
  // The other end sees that this is the end.
  if (ours_ >= 0) close(std::exchange(ours_, -1));
}

void Tunnel::rearm() {
  if (phase_ != Phase::kOpen) return;
  std::uint32_t events = 0;
  if (to_channel_.empty() && !starved_) events |= EPOLLIN;
  if (blocked_) events |= EPOLLOUT;
  // Even without any, epoll tells of a hang-up, over and over.
  if (events == 0) {
    loop_.unwatch(token_);
  } else {
    loop_.watch(token_, ours_, events);
  }
}

}  // namespace livesonic::remote
