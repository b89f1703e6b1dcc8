// SPDX-License-Identifier: Apache-2.0
// Against a real HTTP server on the loopback, of good and of bad manners.
#include "serverscore/cloud/instance_metadata.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace serverscore {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

// Gives so much time for each of so many waits, whatever the clock says.
class CountedDeadline : public Deadline {
 public:
  CountedDeadline(int waits, milliseconds each) : waits_(waits), each_(each) {}
  milliseconds left() override { return ++asked <= waits_ ? each_ : milliseconds{0}; }

  int asked = 0;

 private:
  int waits_;
  milliseconds each_;
};

// Never over: for servers that do answer.
class NoDeadline : public Deadline {
 public:
  milliseconds left() override { return milliseconds{10'000}; }
};

std::string with_length(int status, const std::string& body, const std::string& fields = "") {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// What a server does with a request's text: what it answers, and how.
struct Manner {
  std::string answer;
  bool close = false;  // afterwards
  bool drip = false;   // a byte at a time, and the last one without end
};

class Server {
 public:
  using Handler = std::function<Manner(const std::string& request)>;

  explicit Server(Handler handler) : handler_(std::move(handler)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_, any, size), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    EXPECT_EQ(::getsockname(listener_, any, &size), 0);
    endpoint = parse_endpoint("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() { stop(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // What it was asked is to be read only afterwards.
  void stop() {
    if (!thread_.joinable()) return;
    EXPECT_EQ(::eventfd_write(stop_, 1), 0);
    thread_.join();
    ::close(listener_);
    ::close(stop_);
  }

  Endpoint endpoint;
  std::vector<std::string> requests;
  int connections = 0;

 private:
  // False when it is time to stop.
  bool ready(int file, int timeout_ms = -1) {
    pollfd files[] = {{stop_, POLLIN, 0}, {file, POLLIN, 0}};
    ::poll(files, 2, timeout_ms);
    return files[0].revents == 0;
  }

  void serve() {
    while (ready(listener_)) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      ++connections;
      talk(connection);
      ::close(connection);
    }
  }

  void talk(int connection) {
    std::string text;
    char buffer[4096];
    while (ready(connection)) {
      const ssize_t size = ::recv(connection, buffer, sizeof buffer, 0);
      if (size <= 0) return;
      text.append(buffer, static_cast<std::size_t>(size));
      if (!text.ends_with("\r\n\r\n")) continue;
      requests.push_back(text);
      const Manner manner = handler_(text);
      text.clear();
      if (manner.drip) return drip(connection, manner.answer);
      ::send(connection, manner.answer.data(), manner.answer.size(), MSG_NOSIGNAL);
      if (manner.close) return;
    }
  }

  void drip(int connection, const std::string& answer) {
    for (std::size_t i = 0;; ++i) {
      const char c = i < answer.size() ? answer[i] : 'x';
      if (::send(connection, &c, 1, MSG_NOSIGNAL) != 1) return;
      pollfd stopped{stop_, POLLIN, 0};
      if (::poll(&stopped, 1, 1) != 0) return;
    }
  }

  Handler handler_;
  int listener_ = -1;
  int stop_ = ::eventfd(0, EFD_CLOEXEC);
  std::thread thread_;
};

// An instance with these documents below /latest/meta-data/.
Server::Handler instance(std::map<std::string, std::string> documents, bool close = false) {
  return [documents = std::move(documents), close](const std::string& request) -> Manner {
    const std::string fields =
        close ? "Connection: close\r\nServer: EC2ws\r\n" : "Server: EC2ws\r\n";
    if (request.starts_with("PUT /latest/api/token HTTP/1.1\r\n")) {
      const bool has_ttl =
          request.find("X-aws-ec2-metadata-token-ttl-seconds: 60\r\n") != std::string::npos;
      return {with_length(has_ttl ? 200 : 400, "AQAEAsecret==", fields), close};
    }
    if (request.find("X-aws-ec2-metadata-token: AQAEAsecret==\r\n") == std::string::npos) {
      return {with_length(401, "", fields), close};
    }
    for (const auto& [path, body] : documents) {
      if (request.starts_with("GET /latest/meta-data/" + path + " HTTP/1.1\r\n")) {
        return {with_length(200, body, fields), close};
      }
    }
    return {with_length(404, "<html>Not Found</html>", fields), close};
  };
}

// Each document answered like this; the token as it should be.
Server::Handler after_the_token(Manner manner) {
  return [manner](const std::string& request) -> Manner {
    if (request.starts_with("PUT ")) return {with_length(200, "token")};
    return manner;
  };
}

Notices read(Server& server) {
  NoDeadline deadline;
  Notices notices = read_notices(server.endpoint, deadline);
  server.stop();
  return notices;
}

TEST(InstanceMetadata, tells_of_all_that_awaits_the_instance) {
  Server server(instance({
      {"spot/instance-action", R"({"action": "terminate", "time": "2026-03-01T08:22:00Z"})"},
      {"events/recommendations/rebalance", R"({"noticeTime": "2026-03-01T08:20:00Z"})"},
      {"events/maintenance/scheduled", R"([{"Code": "instance-stop", "State": "active"}])"},
      {"autoscaling/target-lifecycle-state", "Terminated"},
  }));
  const Notices notices = read(server);
  EXPECT_EQ(notices.unavailable, "");
  EXPECT_EQ(notices.spot_action->action, "terminate");
  EXPECT_EQ(notices.rebalance_time, "2026-03-01T08:20:00Z");
  EXPECT_EQ(notices.maintenance.at(0).code, "instance-stop");
  EXPECT_EQ(notices.lifecycle_state, "Terminated");
}

TEST(InstanceMetadata, what_is_not_found_is_not_announced) {
  Server server(instance({{"events/maintenance/scheduled", "[]"}}));
  EXPECT_THAT(describe(read(server)), IsEmpty());
  EXPECT_EQ(server.connections, 1);
  EXPECT_THAT(server.requests, SizeIs(5));
  EXPECT_THAT(server.requests, Each(HasSubstr("\r\nHost: 127.0.0.1\r\n")));
}

TEST(InstanceMetadata, a_service_that_closes_after_each_answer_is_asked_anew) {
  Server server(instance({{"autoscaling/target-lifecycle-state", "InService"}}, true));
  EXPECT_THAT(describe(read(server)), SizeIs(1));
  EXPECT_EQ(server.connections, 5);
}

TEST(InstanceMetadata, a_service_that_closes_though_it_promised_not_to_is_asked_again) {
  int asked = 0;
  Server server([&asked](const std::string& request) -> Manner {
    // The connection goes after each second answer.
    const bool close = ++asked % 2 == 0;
    if (request.starts_with("PUT ")) return {with_length(200, "token"), close};
    return {with_length(404, ""), close};
  });
  EXPECT_EQ(read(server).unavailable, "");
  EXPECT_THAT(server.requests, SizeIs(5));
}

TEST(InstanceMetadata, nobody_there_is_no_failure) {
  Server server(instance({}));
  server.stop();  // its port is free again
  NoDeadline deadline;
  EXPECT_THAT(read_notices(server.endpoint, deadline).unavailable, HasSubstr("refused"));
}

TEST(InstanceMetadata, an_endpoint_that_is_none_is_not_asked) {
  CountedDeadline deadline(0, milliseconds{0});
  EXPECT_EQ(read_notices(choose_endpoint("true", nullptr), deadline).unavailable,
            "AWS_EC2_METADATA_DISABLED is set");
  EXPECT_EQ(deadline.asked, 0);
}

TEST(InstanceMetadata, when_no_time_is_left_nothing_is_waited_for) {
  Server server(instance({}));
  CountedDeadline deadline(0, milliseconds{0});
  EXPECT_NE(read_notices(server.endpoint, deadline).unavailable, "");
  EXPECT_EQ(deadline.asked, 1);
}

TEST(InstanceMetadata, a_service_that_takes_connections_and_stays_silent_is_left) {
  Server server([](const std::string&) { return Manner{}; });
  CountedDeadline deadline(4, milliseconds{10});
  EXPECT_THAT(read_notices(server.endpoint, deadline).unavailable, HasSubstr("hop limit"));
  EXPECT_EQ(deadline.asked, 5);
}

TEST(InstanceMetadata, a_service_that_drips_gets_no_more_time_than_another) {
  Server server(
      [](const std::string&) { return Manner{.answer = "HTTP/1.1 200 OK\r\n\r\n", .drip = true}; });
  CountedDeadline deadline(60, milliseconds{100});
  EXPECT_THAT(read_notices(server.endpoint, deadline).unavailable, Not(IsEmpty()));
  EXPECT_EQ(deadline.asked, 61);
}

TEST(InstanceMetadata, what_was_read_before_the_time_was_over_is_kept) {
  Server server([](const std::string& request) -> Manner {
    if (request.starts_with("PUT ")) return {with_length(200, "token")};
    if (request.find("spot/") != std::string::npos) {
      return {with_length(200, R"({"action": "stop", "time": "2026-03-01T08:22:00Z"})")};
    }
    return {};
  });
  CountedDeadline deadline(20, milliseconds{20});
  const Notices notices = read_notices(server.endpoint, deadline);
  EXPECT_EQ(notices.spot_action->action, "stop");
  EXPECT_EQ(notices.unavailable, "events/recommendations/rebalance: no answer in time");
}

TEST(InstanceMetadata, a_service_without_tokens_is_named_so_and_not_asked_further) {
  Server server([](const std::string& request) -> Manner {
    if (request.starts_with("PUT ")) return {with_length(405, "")};
    return {with_length(200, "InService")};  // as version 1 does, to anyone
  });
  EXPECT_EQ(read(server).unavailable, "no token: status 405");
  EXPECT_THAT(server.requests, SizeIs(1));
}

TEST(InstanceMetadata, a_service_that_is_switched_off_says_so) {
  Server server([](const std::string&) { return Manner{with_length(403, "")}; });
  EXPECT_THAT(read(server).unavailable, AllOf(StartsWith("no token"), HasSubstr("switched off")));
}

TEST(InstanceMetadata, a_token_that_would_break_the_request_is_not_sent_back) {
  Server server([](const std::string&) {
    return Manner{with_length(200, "x\r\nHost: elsewhere\r\n\r\nGET /evil")};
  });
  EXPECT_EQ(read(server).unavailable, "no token: the answer is not understood");
  EXPECT_THAT(server.requests, SizeIs(1));
}

TEST(InstanceMetadata, of_each_document_that_can_not_be_had_the_reason_is_given) {
  Server refusing(after_the_token({with_length(401, "")}));
  EXPECT_THAT(read(refusing).unavailable,
              AllOf(StartsWith("spot/instance-action: status 401"),
                    HasSubstr("; events/maintenance/scheduled: status 401")));
  Server babbling(after_the_token({with_length(200, "<html>hello</html>")}));
  EXPECT_THAT(read(babbling).unavailable, HasSubstr("the content is not understood"));
  Server foreign(after_the_token({"220 mail.example ESMTP\r\n"}));
  EXPECT_THAT(read(foreign).unavailable, HasSubstr("the answer is not understood"));
}

TEST(InstanceMetadata, an_answer_that_breaks_off_is_not_taken_for_whole) {
  Server server(after_the_token({"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nInService", true}));
  const Notices notices = read(server);
  EXPECT_THAT(notices.unavailable, HasSubstr("target-lifecycle-state: the answer breaks off"));
  EXPECT_EQ(notices.lifecycle_state, "");
}

TEST(InstanceMetadata, a_body_without_end_is_not_read_to_its_end) {
  Server server(after_the_token({"HTTP/1.1 200 OK\r\n\r\n" + std::string(1'000'000, 'x'), true}));
  EXPECT_THAT(read(server).unavailable, HasSubstr("the answer is not understood"));
}

}  // namespace
}  // namespace serverscore
