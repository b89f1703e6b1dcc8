// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/systemd.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace livesonic::app {
namespace {

std::optional<std::int64_t> number(const std::optional<std::string>& text) {
  std::int64_t value = 0;
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return value;
}

}  // namespace

Systemd::Systemd(const config::Environment& environment) {
  const auto path = environment("NOTIFY_SOCKET");
  // A path, or '@' and a name of Linux' abstract sockets.
  if (!path || path->size() < 2 || (path->front() != '/' && path->front() != '@')) return;
  if (path->size() >= sizeof(sockaddr_un::sun_path)) return;
  socket_ = *path;
  const auto microseconds = number(environment("WATCHDOG_USEC"));
  const auto process = number(environment("WATCHDOG_PID"));
  if (microseconds && *microseconds > 0 && (!process || *process == getpid())) {
    watchdog_ = std::chrono::duration_cast<Duration>(std::chrono::microseconds{*microseconds});
  }
}

bool Systemd::tell(std::string_view state) const {
  if (socket_.empty()) return false;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (socket_.front() == '@') address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (file < 0) return false;
  // A systemd that doesn't read must not hold us up.
  const ssize_t sent = sendto(file, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                              reinterpret_cast<const sockaddr*>(&address), size);
  close(file);
  return sent == static_cast<ssize_t>(state.size());
}

}  // namespace livesonic::app
