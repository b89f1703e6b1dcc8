// SPDX-License-Identifier: Apache-2.0
// One client's connection, as a state machine on the network thread: read a request, have a handler
// thread answer it, write the answer, begin again; or become an event stream.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <string>

#include "livesonic/httpd/buffered_stream.h"
#include "livesonic/httpd/request_reader.h"
#include "livesonic/httpd/server.h"

namespace livesonic::httpd {

class Connection;

// What the connections of a server have in common. Outlives them.
struct Surroundings {
  boost::asio::io_context& network;
  boost::asio::thread_pool& handlers;
  Handler& handler;
  const ServerOptions& options;
  std::function<void(const std::shared_ptr<Connection>&)> closed;
};

// All methods are called on the network thread, but for answer(). Its pending operations keep it
// alive; close() ends them.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, Surroundings& surroundings);

  void start() { next_request(); }
  void close();

 private:
  void next_request();
  void advance();
  void read_more();
  void send_continue();
  void dispatch();
  void answer(const Request& request);  // on a handler thread
  void respond(Response response, bool keep_alive);
  void linger();

  void begin_stream(std::shared_ptr<BufferedStream> stream);
  void watch_for_end();
  void flush_stream();
  void write_stream(std::string text);
  void beat();

  // Closes the connection unless disarmed or armed anew within `limit`.
  void arm(Duration limit);
  void disarm() { deadline_.cancel(); }

  Surroundings& surroundings_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer deadline_;
  boost::asio::steady_timer heartbeat_;
  bool closed_ = false;

  std::array<char, 16384> chunk_{};
  std::string unread_;  // received and not yet consumed
  RequestReader reader_;
  Response response_;
  std::string outgoing_;

  std::shared_ptr<BufferedStream> stream_;
  bool writing_ = false;
};

}  // namespace livesonic::httpd
