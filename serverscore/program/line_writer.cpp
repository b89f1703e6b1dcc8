// SPDX-License-Identifier: Apache-2.0
#include "serverscore/program/line_writer.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace serverscore {

LineWriter::Wrote LineWriter::write_rest() {
  while (!rest_.empty()) {
    pollfd room{.fd = file_, .events = POLLOUT, .revents = 0};
    if (::poll(&room, 1, 0) < 0) return errno == EINTR ? Wrote::kNotAll : Wrote::kFailed;
    if ((room.revents & POLLNVAL) != 0) return Wrote::kFailed;
    if ((room.revents & (POLLERR | POLLHUP)) != 0) return Wrote::kGone;
    if ((room.revents & POLLOUT) == 0) return Wrote::kNotAll;
    const ssize_t written = ::write(file_, rest_.data(), rest_.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) return Wrote::kNotAll;
    if (written < 0) return errno == EPIPE || errno == ECONNRESET ? Wrote::kGone : Wrote::kFailed;
    rest_.erase(0, static_cast<std::size_t>(written));
  }
  return Wrote::kAll;
}

LineWriter::Sent LineWriter::send(std::string_view line, Instant now) {
  Wrote wrote = write_rest();
  bool taken = false;
  if (wrote == Wrote::kAll) {
    rest_ = line;
    wrote = write_rest();
    taken = wrote == Wrote::kAll || rest_.size() < line.size();
    if (wrote == Wrote::kNotAll && !taken) rest_.clear();
  }
  if (wrote == Wrote::kGone) return Sent::kGone;
  if (wrote == Wrote::kFailed) return Sent::kFailed;
  if (taken) {
    full_ = false;
    return Sent::kSent;
  }
  if (!full_) full_since_ = now;
  full_ = true;
  return now - full_since_ >= kStuckFor ? Sent::kStuck : Sent::kSkipped;
}

}  // namespace serverscore
