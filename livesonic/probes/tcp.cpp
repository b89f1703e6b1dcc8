// SPDX-License-Identifier: Apache-2.0
#include "livesonic/probes/tcp.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "livesonic/remote/dialer.h"

namespace livesonic::probes {
namespace {

using std::chrono::steady_clock;

constexpr Duration kLookUp = std::chrono::milliseconds{100};  // how often a wait looks for a stop
// Who answers a line does so in one go; what comes after such a pause is of something else.
constexpr Duration kQuiet = std::chrono::milliseconds{500};

tl::unexpected<Error> broken(const char* doing) {
  return fail(ErrorKind::kUnavailable,
              std::string(doing) + ": " + std::generic_category().message(errno));
}

Result<void> say(int file, std::string_view line, Deadline deadline, const std::stop_token& stop) {
  while (!line.empty()) {
    const auto ready = wait_until(file, POLLOUT, deadline, stop);
    if (!ready) return fail(ready.error());
    if (!*ready) return fail(ErrorKind::kTimeout, "connected, but it takes nothing");
    const ssize_t sent = send(file, line.data(), line.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      line.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN && errno != EINTR) {
      return broken("connected, but while sending");
    }
  }
  return {};
}

}  // namespace

Socket::~Socket() {
  close(file_);
}

Result<bool> wait_until(int file, short events, Deadline until, const std::stop_token& stop) {
  for (;;) {
    if (stop.stop_requested()) return fail(ErrorKind::kUnavailable, "stopped");
    const auto left = std::chrono::ceil<Duration>(until - steady_clock::now());
    pollfd entry{file, events, 0};
    const int ready =
        poll(&entry, 1, static_cast<int>(std::clamp(left, Duration{0}, kLookUp).count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) {
      return fail(ErrorKind::kInternal, "poll: " + std::generic_category().message(errno));
    }
    if (left <= Duration::zero()) return false;
  }
}

Result<int> connect_tcp(std::vector<remote::Endpoint> endpoints, Deadline deadline,
                        const std::stop_token& stop) {
  remote::Dialer dialer(std::move(endpoints), deadline);
  for (;;) {
    switch (dialer.advance(steady_clock::now())) {
      case remote::Dialer::State::kConnected:
        return dialer.take_socket();
      case remote::Dialer::State::kFailed:
        return fail(dialer.failure().end == remote::End::kConnectTimedOut ? ErrorKind::kTimeout
                                                                          : ErrorKind::kUnavailable,
                    dialer.failure().detail);
      case remote::Dialer::State::kConnecting:
        break;
    }
    const auto ready = wait_until(dialer.socket(), POLLOUT, std::min(dialer.due(), deadline), stop);
    if (!ready) return fail(ready.error());
  }
}

Result<Said> converse(int file, std::string_view line, std::size_t limit, Deadline deadline,
                      const std::stop_token& stop) {
  if (auto told = say(file, line, deadline, stop); !told) return fail(told.error());
  Said said;
  Deadline until = deadline;
  std::array<char, 4096> buffer{};
  while (said.text.size() < limit) {
    const auto ready = wait_until(file, POLLIN, until, stop);
    if (!ready) return fail(ready.error());
    if (!*ready) {
      if (said.text.empty()) return fail(ErrorKind::kTimeout, "connected, but it says nothing");
      return said;
    }
    const ssize_t got = recv(file, buffer.data(), buffer.size(), 0);
    if (got == 0) return said;
    if (got < 0) {
      if (errno == EAGAIN || errno == EINTR) continue;
      if (!said.text.empty()) return said;
      return broken("connected, but while listening");
    }
    said.text.append(buffer.data(), static_cast<std::size_t>(got));
    until = std::min(deadline, steady_clock::now() + kQuiet);
  }
  said.text.resize(limit);
  said.truncated = true;
  return said;
}

}  // namespace livesonic::probes
