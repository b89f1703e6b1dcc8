// SPDX-License-Identifier: Apache-2.0
// One thread for the network, a pool for the handlers; connection.h has what a connection does.
#include "livesonic/httpd/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <exception>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "livesonic/base/log.h"
#include "livesonic/httpd/connection.h"
#include "livesonic/httpd/error_response.h"
#include "livesonic/httpd/response_text.h"

namespace livesonic::httpd {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// How long to wait after accept() failed, which is for want of file descriptors or memory.
constexpr std::chrono::milliseconds kAcceptPause{100};

class AsioServer final : public Server {
 public:
  AsioServer(const ServerOptions& options, Handler& handler)
      : options_(options),
        handlers_(static_cast<std::size_t>(std::max(1, options.threads))),
        acceptor_(network_),
        pause_(network_),
        surroundings_{network_, handlers_, handler, options_,
                      [this](const std::shared_ptr<Connection>& connection) {
                        connections_.erase(connection);
                      }} {}

  ~AsioServer() override {
    asio::post(network_, [this] { shut_down(); });
    handlers_.stop();
    handlers_.join();
    // What the last handlers posted still runs, so that every stream learns of the end; then the
    // network thread has nothing left to do.
    work_.reset();
    if (thread_.joinable()) thread_.join();
  }

  // Only throws what std::thread does.
  Result<void> listen() {
    error_code error;
    const asio::ip::address address = asio::ip::make_address(options_.address, error);
    if (error) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("cannot listen on '{}': not an IP address", options_.address));
    }
    const tcp::endpoint endpoint(address, options_.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) port_ = acceptor_.local_endpoint(error).port();
    if (error) {
      const ErrorKind kind = error == asio::error::address_in_use  ? ErrorKind::kConflict
                             : error == asio::error::access_denied ? ErrorKind::kPermission
                                                                   : ErrorKind::kUnavailable;
      return fail(kind, fmt::format("cannot listen on {}, port {}: {}", options_.address,
                                    options_.port, error.message()));
    }
    accept();
    thread_ = std::thread([this] { run(); });
    return {};
  }

  [[nodiscard]] std::uint16_t port() const override { return port_; }

 private:
  void run() {
    for (;;) {
      try {
        network_.run();
        return;
      } catch (const std::exception& problem) {  // out of memory, in all likelihood
        log::error("serving a connection failed: {}", problem.what());
      }
    }
  }

  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (stopping_) return;
      if (error) {
        log::warning("cannot accept a connection: {}", error.message());
        pause_.expires_after(kAcceptPause);
        pause_.async_wait([this](error_code) {
          if (!stopping_) accept();
        });
        return;
      }
      admit(std::move(socket));
      accept();
    });
  }

  void admit(tcp::socket socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    if (connections_.size() >= options_.connection_limit) {
      const Response busy = error_response(503, "busy", "too many connections; try again later");
      const std::string text = response_head(busy, false, SystemClock().now()) + busy.body;
      socket.non_blocking(true, ignored);
      socket.write_some(asio::buffer(text), ignored);
      return;
    }
    const auto connection = std::make_shared<Connection>(std::move(socket), surroundings_);
    connections_.insert(connection);
    connection->start();
  }

  void shut_down() {
    stopping_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
    for (const auto& connection : all) connection->close();
  }

  const ServerOptions options_;
  asio::io_context network_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{network_.get_executor()};
  asio::thread_pool handlers_;
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  Surroundings surroundings_;
  std::set<std::shared_ptr<Connection>> connections_;
  bool stopping_ = false;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Server>> serve(const ServerOptions& options, Handler& handler) {
  try {
    auto server = std::make_unique<AsioServer>(options, handler);
    if (auto listening = server->listen(); !listening) return fail(listening.error());
    return server;
  } catch (const std::exception& problem) {  // no thread, no epoll descriptor
    return fail(ErrorKind::kInternal, fmt::format("cannot serve on {}, port {}: {}",
                                                  options.address, options.port, problem.what()));
  }
}

}  // namespace livesonic::httpd
