// SPDX-License-Identifier: Apache-2.0
// TCP connections to somebody who may be slow or hostile: every wait has a deadline, and looks for
// a stop meanwhile.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/remote/resolve.h"

namespace livesonic::probes {

using Deadline = std::chrono::steady_clock::time_point;

// Closes its file at the end.
class Socket {
 public:
  explicit Socket(int file) : file_(file) {}
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] int file() const { return file_; }

 private:
  const int file_;
};

// Until the socket is ready for `events` of poll(2), or `until`: then true or false. kUnavailable
// soon after a stop is requested.
Result<bool> wait_until(int file, short events, Deadline until, const std::stop_token& stop);

// A connected, non-blocking socket to whichever answers. kTimeout when none did in time.
Result<int> connect_tcp(std::vector<remote::Endpoint> endpoints, Deadline deadline,
                        const std::stop_token& stop);

struct Said {
  std::string text;
  bool truncated = false;  // there was more than the limit
};
// Says `line`, then listens until the other side closes, has said `limit` bytes, is quiet for a
// moment after having said something, or the deadline is there. kTimeout when it said nothing.
Result<Said> converse(int file, std::string_view line, std::size_t limit, Deadline deadline,
                      const std::stop_token& stop);

}  // namespace livesonic::probes
