// SPDX-License-Identifier: Apache-2.0
// An HTTP/1.1 server for loopback: the only place that uses Boost.Beast. web serves the dashboard
// and the API with it, the simulator its AWS.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/httpd/message.h"

namespace livesonic::httpd {

// A response that stays open: server-sent events go out through it. Thread-safe.
class EventStream {
 public:
  virtual ~EventStream() = default;
  // Sends one event; false when the client has gone or is too far behind (then it is disconnected,
  // and will reconnect). Never blocks.
  virtual bool send(const std::string& event, const std::string& data) = 0;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one; Server::port() tells which
  int threads = 4;         // run the handlers, which may block
  std::size_t body_limit = std::size_t{16} * 1024 * 1024;
  Duration idle_timeout =
      std::chrono::seconds{30};                   // for a request to arrive, or a response to leave
  std::size_t connection_limit = 512;             // further ones are answered with 503
  Duration heartbeat = std::chrono::seconds{15};  // between comment lines on event streams
};

class Handler {
 public:
  virtual ~Handler() = default;
  // Called on any of the server's threads, several at a time. Must not throw.
  virtual Response handle(const Request& request) = 0;
  // A GET that asks for text/event-stream: take the stream and keep it, or return false to have
  // handle() answer instead.
  virtual bool open_stream(const Request& request, std::shared_ptr<EventStream> stream) {
    (void)request;
    (void)stream;
    return false;
  }
};

class Server {
 public:
  virtual ~Server() = default;  // closes all connections and waits for running handlers
  [[nodiscard]] virtual std::uint16_t port() const = 0;
};

// Listens and serves until destroyed; `handler` must outlive it. An error names the address and the
// reason (in use, not allowed).
Result<std::unique_ptr<Server>> serve(const ServerOptions& options, Handler& handler);

}  // namespace livesonic::httpd
