// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/dialer.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace livesonic::remote {
namespace {

// libssh keeps no more than 16 bits of a descriptor that it is given.
constexpr int kMaxDescriptor = 0xffff;

void set_option(int socket, int level, int name, int value) {
  setsockopt(socket, level, name, &value, sizeof value);
}

// A peer that is gone without a word is noticed within two minutes, one that leaves data
// unacknowledged within 30 seconds.
void set_options(int socket) {
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, 60);
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, 15);
  set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, 4);
  set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 30'000);
}

// How far an address came, to choose among several failures.
int rank(End end) {
  switch (end) {
    case End::kConnectTimedOut:
      return 2;
    case End::kConnectionRefused:
      return 1;
    default:
      return 0;
  }
}

bool is_ready(int socket) {
  pollfd entry{socket, POLLOUT, 0};
  return poll(&entry, 1, 0) > 0;
}

}  // namespace

Dialer::~Dialer() {
  drop_socket();
}

int Dialer::take_socket() {
  return std::exchange(socket_, -1);
}

void Dialer::drop_socket() {
  if (socket_ >= 0) close(std::exchange(socket_, -1));
}

Dialer::State Dialer::advance(SteadyTime now) {
  for (;;) {
    if (socket_ >= 0) {
      if (is_ready(socket_)) {
        int code = 0;
        socklen_t size = sizeof code;
        getsockopt(socket_, SOL_SOCKET, SO_ERROR, &code, &size);
        if (code == 0) return State::kConnected;
        give_up(code == ECONNREFUSED ? End::kConnectionRefused
                : code == ETIMEDOUT  ? End::kConnectTimedOut
                                     : End::kUnreachable,
                std::generic_category().message(code));
      } else if (now >= due_) {
        give_up(End::kConnectTimedOut, "no answer in time");
      } else {
        return State::kConnecting;
      }
    }
    if (next_ == endpoints_.size()) return State::kFailed;
    const auto left = static_cast<std::int64_t>(endpoints_.size() - next_);
    due_ = now + (deadline_ - now) / left;
    ++next_;
    if (begin(endpoints_[next_ - 1]) && !is_ready(socket_)) return State::kConnecting;
  }
}

bool Dialer::begin(const Endpoint& endpoint) {
  socket_ = ::socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0 || socket_ > kMaxDescriptor) {
    give_up(End::kUnreachable,
            std::generic_category().message(socket_ < 0 ? errno : EMFILE) + " (on this machine)");
    return false;
  }
  set_options(socket_);
  const auto* address = reinterpret_cast<const sockaddr*>(&endpoint.address);
  if (connect(socket_, address, endpoint.length) == 0 || errno == EINPROGRESS) return true;
  give_up(errno == ECONNREFUSED ? End::kConnectionRefused : End::kUnreachable,
          std::generic_category().message(errno));
  return false;
}

void Dialer::give_up(End end, const std::string& reason) {
  drop_socket();
  const bool first = failure_.detail.empty();
  if (first || rank(end) > rank(failure_.end)) failure_.end = end;
  failure_.detail += fmt::format("{}cannot connect to {}: {}", first ? "" : "; ",
                                 endpoints_[next_ - 1].text, reason);
}

}  // namespace livesonic::remote
