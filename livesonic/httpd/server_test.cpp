// SPDX-License-Identifier: Apache-2.0
// Real sockets on loopback, with a client that can misbehave.
#include "livesonic/httpd/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <latch>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace livesonic::httpd {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr Duration kPatience = 10s;  // nothing here takes this long unless it is broken

// A blocking client that sends any bytes.
class Client {
 public:
  explicit Client(std::uint16_t port, int receive_buffer = 0) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer > 0) {
      setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }

  bool send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // All received so far up to and with `mark`, or all until the end of the connection.
  std::string read_until(std::string_view mark) {
    for (;;) {
      const std::size_t at = mark.empty() ? std::string::npos : received_.find(mark);
      if (at != std::string::npos) {
        const std::string head = received_.substr(0, at + mark.size());
        received_.erase(0, head.size());
        return head;
      }
      if (!receive()) return std::exchange(received_, {});
    }
  }
  std::string read_to_end() { return read_until({}); }

  // One response with a Content-Length: head and body.
  std::string read_response() {
    std::string head = read_until("\r\n\r\n");
    const std::string name = "Content-Length: ";
    const std::size_t at = head.find(name);
    const std::size_t length =
        at == std::string::npos ? 0 : std::stoul(head.substr(at + name.size()));
    while (received_.size() < length && receive()) {
    }
    head += received_.substr(0, length);
    received_.erase(0, std::min(length, received_.size()));
    return head;
  }

 private:
  bool receive() {
    pollfd waiting{socket_, POLLIN, 0};
    if (poll(&waiting, 1, static_cast<int>(kPatience.count())) != 1) {
      ADD_FAILURE() << "the server kept us waiting";
      return false;
    }
    std::array<char, 65536> chunk{};
    const ssize_t got = ::recv(socket_, chunk.data(), chunk.size(), 0);
    if (got <= 0) return false;
    received_.append(chunk.data(), static_cast<std::size_t>(got));
    return true;
  }

  int socket_ = -1;
  bool connected_ = false;
  std::string received_;
};

class Echo : public Handler {
 public:
  Response handle(const Request& request) override {
    if (request.path == "/throw") throw std::runtime_error("on purpose");
    if (request.path == "/big") return text(std::string(std::size_t{8} << 20, 'x'));
    if (request.path == "/block") {
      entered.count_down();
      release.wait();
    }
    return text(request.method + " " + request.path + " " + request.body);
  }

  bool open_stream(const Request& request, std::shared_ptr<EventStream> stream) override {
    if (request.path != "/events") return false;
    stream->send("hello", "world");
    const std::lock_guard lock(mutex_);
    streams_.push_back(std::move(stream));
    changed_.notify_all();
    return true;
  }

  std::shared_ptr<EventStream> stream(std::size_t index = 0) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPatience, [&] { return streams_.size() > index; });
    return streams_.at(index);
  }

  std::latch entered{1};
  std::latch release{1};

 private:
  static Response text(std::string body) { return {200, "text/plain", std::move(body), {}}; }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<EventStream>> streams_;
};

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view kGetEvents =
    "GET /events HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n";

class Served : public testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    auto served = serve(options, handler);
    ASSERT_TRUE(served) << served.error().message;
    server = *std::move(served);
  }

  Echo handler;
  std::unique_ptr<Server> server;
};

TEST_F(Served, answers_one_request_after_the_other_on_one_connection) {
  start();
  Client client(server->port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"));
    const std::string response = client.read_response();
    EXPECT_TRUE(response.starts_with("HTTP/1.1 200 OK\r\n")) << response;
    EXPECT_TRUE(response.ends_with("\r\n\r\nPOST /a hi")) << response;
  }
}

TEST_F(Served, answers_requests_sent_ahead_in_their_order) {
  start();
  Client client(server->port());
  std::string all;
  for (int i = 0; i < 50; ++i) {
    all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }
  ASSERT_TRUE(client.send(all));
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(client.read_response().ends_with("\r\n\r\nGET /" + std::to_string(i) + " "));
  }
}

TEST_F(Served, closes_when_the_client_asks_for_it) {
  start();
  Client client(server->port());
  ASSERT_TRUE(client.send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  EXPECT_TRUE(client.read_to_end().ends_with("GET /a "));
}

TEST_F(Served, a_head_gets_the_length_and_no_body) {
  start();
  Client client(server->port());
  ASSERT_TRUE(client.send("HEAD /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  const std::string response = client.read_to_end();
  EXPECT_NE(response.find("Content-Length: 7\r\n"), std::string::npos);
  EXPECT_TRUE(response.ends_with("\r\n\r\n"));
}

TEST_F(Served, a_client_that_waits_for_leave_to_send_its_body_gets_it) {
  start();
  Client client(server->port());
  ASSERT_TRUE(client.send(
      "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(client.send("hi"));
  EXPECT_TRUE(client.read_response().ends_with("POST /a hi"));
}

TEST_F(Served, a_client_that_dribbles_its_header_is_cut_off_at_the_deadline) {
  ServerOptions options;
  options.idle_timeout = 100ms;
  start(options);
  Client client(server->port());
  const auto begin = SteadyClock::now();
  ASSERT_TRUE(client.send("GET / HT"));
  std::atomic<bool> over = false;
  std::thread dribble([&] {
    while (!over && client.send("x")) std::this_thread::sleep_for(10ms);
  });
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_LT(SteadyClock::now() - begin, 5s);
  over = true;
  dribble.join();
}

TEST_F(Served, a_client_that_does_not_read_its_answer_is_cut_off_at_the_deadline) {
  ServerOptions options;
  options.idle_timeout = 100ms;
  options.connection_limit = 1;
  start(options);
  Client greedy(server->port(), 4096);
  ASSERT_TRUE(greedy.send("GET /big HTTP/1.1\r\nHost: h\r\n\r\n"));
  // Its place is free again once it has been cut off.
  std::string response;
  const auto deadline = SteadyClock::now() + kPatience;
  while (!response.starts_with("HTTP/1.1 200") && SteadyClock::now() < deadline) {
    Client other(server->port());
    other.send(kGet);
    response = other.read_until("\r\n");
  }
  EXPECT_EQ(response, "HTTP/1.1 200 OK\r\n");
}

TEST_F(Served, what_is_too_large_or_no_http_is_refused_and_the_connection_closed) {
  ServerOptions options;
  options.body_limit = 1000;
  start(options);
  const auto status_of = [&](const std::string& text) {
    Client client(server->port());
    client.send(text);
    return client.read_to_end().substr(0, 12);
  };
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(20'000, 'x')),
            "HTTP/1.1 431");
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" +
                      std::string(100'000, 'x')),
            "HTTP/1.1 413");
  EXPECT_EQ(status_of("\x16\x03\x01\x02garbage\r\n\r\n"), "HTTP/1.1 400");
}

TEST_F(Served, a_handler_that_throws_fails_its_request_only) {
  start();
  Client client(server->port());
  ASSERT_TRUE(client.send("GET /throw HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_TRUE(client.read_response().starts_with("HTTP/1.1 500 "));
  ASSERT_TRUE(client.send(kGet));
  EXPECT_TRUE(client.read_response().starts_with("HTTP/1.1 200 "));
}

TEST_F(Served, many_clients_at_once_are_all_answered) {
  start();
  std::atomic<int> answered = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      std::vector<std::unique_ptr<Client>> clients;
      for (int k = 0; k < 25; ++k) clients.push_back(std::make_unique<Client>(server->port()));
      for (const auto& client : clients) client->send(kGet);
      for (const auto& client : clients) {
        if (client->read_response().ends_with("GET /a ")) ++answered;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 200);
}

TEST_F(Served, connections_beyond_the_limit_are_told_so) {
  ServerOptions options;
  options.connection_limit = 2;
  start(options);
  Client first(server->port());
  Client second(server->port());
  for (Client* client : {&first, &second}) {
    ASSERT_TRUE(client->send(kGet));
    EXPECT_TRUE(client->read_response().starts_with("HTTP/1.1 200 "));
  }
  Client third(server->port());
  EXPECT_TRUE(third.read_to_end().starts_with("HTTP/1.1 503 "));
}

TEST_F(Served, events_go_out_as_they_happen) {
  start();
  Client client(server->port());
  ASSERT_TRUE(client.send(kGetEvents));
  const std::string head = client.read_until("\r\n\r\n");
  EXPECT_NE(head.find("Content-Type: text/event-stream\r\n"), std::string::npos) << head;
  EXPECT_EQ(client.read_until("\n\n"), "event: hello\ndata: world\n\n");
  for (int i = 0; i < 100; ++i) {
    const std::string data = std::to_string(i);
    ASSERT_TRUE(handler.stream()->send("n", data));
    EXPECT_EQ(client.read_until("\n\n"), "event: n\ndata: " + data + "\n\n");
  }
}

TEST_F(Served, a_request_for_events_that_the_handler_declines_is_answered_normally) {
  start();
  Client client(server->port());
  ASSERT_TRUE(client.send("GET /a HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n"));
  EXPECT_TRUE(client.read_response().ends_with("GET /a "));
}

TEST_F(Served, a_quiet_stream_is_kept_alive_with_comments) {
  ServerOptions options;
  options.heartbeat = 20ms;
  options.idle_timeout = 60ms;  // does not apply while there is nothing to be sent
  start(options);
  Client client(server->port());
  ASSERT_TRUE(client.send(kGetEvents));
  client.read_until("data: world\n\n");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.read_until("\n\n"), ":\n\n");
}

TEST_F(Served, a_stream_ends_when_its_client_goes) {
  start();
  {
    Client client(server->port());
    ASSERT_TRUE(client.send(kGetEvents));
    client.read_until("data: world\n\n");
  }
  const auto deadline = SteadyClock::now() + kPatience;
  while (handler.stream()->send("n", "1") && SteadyClock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_FALSE(handler.stream()->send("n", "1"));
}

TEST_F(Served, a_client_that_falls_too_far_behind_is_disconnected_and_nobody_waits_for_it) {
  start();
  Client client(server->port(), 4096);
  ASSERT_TRUE(client.send(kGetEvents));
  const std::string data(65'536, 'x');
  int sent = 0;
  while (sent < 1000 && handler.stream()->send("n", data)) ++sent;
  EXPECT_LT(sent, 1000);
  EXPECT_LT(client.read_to_end().size(), 1000 * data.size());
}

TEST_F(Served, ends_at_once_with_streams_and_slow_clients_and_idle_ones_connected) {
  start();
  Client idle(server->port());
  Client streaming(server->port());
  Client slow(server->port(), 4096);
  Client dribbling(server->port());
  ASSERT_TRUE(streaming.send(kGetEvents));
  streaming.read_until("data: world\n\n");
  ASSERT_TRUE(slow.send("GET /big HTTP/1.1\r\nHost: h\r\n\r\n"));
  ASSERT_TRUE(dribbling.send("GET /"));
  const auto begin = SteadyClock::now();
  server.reset();
  EXPECT_LT(SteadyClock::now() - begin, 1s);
  EXPECT_FALSE(handler.stream()->send("n", "after the end"));
}

TEST_F(Served, waits_for_running_handlers_when_it_ends) {
  start();
  Client client(server->port());
  ASSERT_TRUE(client.send("GET /block HTTP/1.1\r\nHost: h\r\n\r\n"));
  handler.entered.wait();
  std::atomic<bool> ended = false;
  std::thread ending([&] {
    server.reset();
    ended = true;
  });
  EXPECT_EQ(client.read_to_end(), "");  // it was disconnected before its handler was done
  EXPECT_FALSE(ended);
  handler.release.count_down();
  ending.join();
}

TEST_F(Served, events_may_be_sent_while_it_ends) {
  start();
  Client client(server->port());
  ASSERT_TRUE(client.send(kGetEvents));
  const auto stream = handler.stream();
  std::thread sender([&] {
    while (stream->send("n", "1")) std::this_thread::yield();
  });
  server.reset();
  sender.join();
}

TEST(Serving, on_an_address_in_use_or_not_ours_is_refused_with_the_reason) {
  Echo handler;
  auto first = serve({}, handler);
  ASSERT_TRUE(first);
  ServerOptions same;
  same.port = (*first)->port();
  const auto second = serve(same, handler);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kConflict);
  EXPECT_NE(second.error().message.find(std::to_string(same.port)), std::string::npos);

  ServerOptions wrong;
  wrong.address = "nowhere";
  EXPECT_FALSE(serve(wrong, handler));
  wrong.address = "192.0.2.1";
  EXPECT_FALSE(serve(wrong, handler));
}

TEST(Serving, begins_again_on_the_same_port_at_once) {
  Echo handler;
  ServerOptions options;
  for (int i = 0; i < 3; ++i) {
    auto server = serve(options, handler);
    ASSERT_TRUE(server) << server.error().message;
    options.port = (*server)->port();
    Client client(options.port);
    client.send(kGet);
    EXPECT_TRUE(client.read_response().ends_with("GET /a "));
  }
}

}  // namespace
}  // namespace livesonic::httpd
