// SPDX-License-Identifier: Apache-2.0
// For tests: an HTTP server on a free loopback port that sends back whatever bytes a test wants.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace livesonic {

class LoopbackServer {
 public:
  // Given a whole request, the bytes to send; an empty text is no answer at all, and a text that
  // ends in kHangUp is followed by the end of the connection.
  using Answer = std::function<std::string(const std::string& request)>;
  static constexpr const char* kHangUp = "<hang up>";

  explicit LoopbackServer(Answer answer)
      : answer_(std::move(answer)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(listener_, 16) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      std::abort();
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this] { accept_all(); });
  }

  ~LoopbackServer() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int connection : sockets_) shutdown(connection, SHUT_RDWR);
    }
    threads_.clear();
    for (const int connection : sockets_) close(connection);
    close(listener_);
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  [[nodiscard]] std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

  std::atomic<int> connections = 0;

 private:
  void accept_all() {
    for (;;) {
      const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) return;
      ++connections;
      const std::lock_guard lock(mutex_);
      sockets_.push_back(connection);
      threads_.emplace_back([this, connection] { serve(connection); });
    }
  }

  void serve(int connection) const {
    std::string pending;
    std::array<char, 4096> chunk{};
    for (;;) {
      const ssize_t got = recv(connection, chunk.data(), chunk.size(), 0);
      if (got <= 0) return;
      pending.append(chunk.data(), static_cast<std::size_t>(got));
      const std::size_t size = request_size(pending);
      if (size == 0 || pending.size() < size) continue;
      std::string answer = answer_(pending.substr(0, size));
      pending.erase(0, size);
      const bool hang_up = answer.ends_with(kHangUp);
      if (hang_up) answer.resize(answer.size() - std::string(kHangUp).size());
      send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
      if (hang_up) shutdown(connection, SHUT_RDWR);
    }
  }

  // Of the request at the start of `text`; 0 while its headers aren't complete.
  static std::size_t request_size(const std::string& text) {
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string::npos) return 0;
    const std::string length = "Content-Length: ";
    const std::size_t at = text.find(length);
    const std::size_t body = at < end ? std::stoul(text.substr(at + length.size())) : 0;
    return end + 4 + body;
  }

  Answer answer_;
  int listener_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::vector<int> sockets_;
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

}  // namespace livesonic
