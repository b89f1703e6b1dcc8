// SPDX-License-Identifier: Apache-2.0
// The end of an event stream that handlers hold: events wait here until the connection takes them.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "livesonic/httpd/server.h"

namespace livesonic::httpd {

// Thread-safe. May outlive its connection and the server: close() cuts it off from both.
class BufferedStream final : public EventStream {
 public:
  // A client this far behind is disconnected.
  static constexpr std::size_t kLimit = std::size_t{256} * 1024;

  // `wake` is called, from any thread, when there is something to take; it must not block, nor call
  // back. Never called after close().
  explicit BufferedStream(std::function<void()> wake);

  bool send(const std::string& event, const std::string& data) override;

  // What waits to go out, maybe nothing; nullopt when the stream is closed or overflowed.
  std::optional<std::string> take();
  void close();

 private:
  std::mutex mutex_;
  std::function<void()> wake_;
  std::string waiting_;
  bool woken_ = false;
  bool closed_ = false;
};

}  // namespace livesonic::httpd
