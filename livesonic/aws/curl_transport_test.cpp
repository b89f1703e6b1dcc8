// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/curl_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <stop_token>
#include <thread>

#include "livesonic/base/loopback_server.h"

namespace livesonic::aws {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

std::string answer_with(const std::string& body, const std::string& headers = "",
                        const std::string& status = "200 OK") {
  return "HTTP/1.1 " + status + "\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

HttpRequest get(const std::string& url) {
  HttpRequest request;
  request.url = url;
  request.direct = true;
  return request;
}

TEST(CurlTransport, sends_the_request_as_it_was_given) {
  std::string seen;
  LoopbackServer server([&](const std::string& request) {
    seen = request;
    return answer_with("hello", "X-One: 1\r\nX-Two:2\r\n");
  });
  CurlTransport transport;
  HttpRequest request = get(server.url("/a/./b?q=%20"));
  request.method = "POST";
  request.headers = {{"Host", "ec2.example"}, {"Content-Type", "text/x"}};
  request.body = "a=b";
  const auto response = transport.send(request, {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "hello");
  ASSERT_NE(response->header("x-two"), nullptr);
  EXPECT_EQ(*response->header("x-two"), "2");
  EXPECT_THAT(seen, testing::StartsWith("POST /a/./b?q=%20 HTTP/1.1\r\nHost: ec2.example\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nContent-Type: text/x\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nUser-Agent: livesonic/"));
  EXPECT_THAT(seen, testing::EndsWith("\r\n\r\na=b"));
  EXPECT_THAT(seen, Not(HasSubstr("Expect:")));
}

TEST(CurlTransport, sends_a_put_without_a_body) {
  std::string seen;
  LoopbackServer server([&](const std::string& request) {
    seen = request;
    return answer_with("token");
  });
  CurlTransport transport;
  HttpRequest request = get(server.url("/latest/api/token"));
  request.method = "PUT";
  const auto response = transport.send(request, {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_THAT(seen, testing::StartsWith("PUT /latest/api/token HTTP/1.1\r\n"));
}

TEST(CurlTransport, uses_a_connection_again) {
  LoopbackServer server([](const std::string&) { return answer_with("x"); });
  CurlTransport transport;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(transport.send(get(server.url("/")), {}));
  EXPECT_EQ(server.connections, 1);
}

TEST(CurlTransport, serves_many_threads) {
  LoopbackServer server([](const std::string& request) {
    return answer_with(request.substr(5, request.find(' ', 5) - 5));
  });
  CurlTransport transport;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const std::string path = std::to_string(t) + "-" + std::to_string(i);
        const auto response = transport.send(get(server.url("/" + path)), {});
        ASSERT_TRUE(response) << response.error().message;
        EXPECT_EQ(response->body, path);
      }
    });
  }
}

TEST(CurlTransport, does_not_follow_redirects) {
  LoopbackServer server([](const std::string&) {
    return answer_with("", "Location: http://127.0.0.1:1/\r\n", "302 Found");
  });
  CurlTransport transport;
  const auto response = transport.send(get(server.url("/")), {});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 302);
}

TEST(CurlTransport, refuses_an_answer_beyond_the_limit) {
  LoopbackServer server([](const std::string&) { return answer_with(std::string(2000, 'x')); });
  CurlTransport transport;
  HttpRequest request = get(server.url("/"));
  request.body_limit = 1999;
  const auto response = transport.send(request, {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kInvalidInput);
  EXPECT_THAT(response.error().message, HasSubstr("larger than 1999 bytes"));
  request.body_limit = 2000;
  EXPECT_TRUE(transport.send(request, {}));
}

TEST(CurlTransport, refuses_headers_without_end) {
  LoopbackServer server([](const std::string&) {
    std::string headers;
    for (int i = 0; i < 2000; ++i) headers += "X-Filler: " + std::string(50, 'x') + "\r\n";
    return answer_with("", headers);
  });
  CurlTransport transport;
  const auto response = transport.send(get(server.url("/")), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kInvalidInput);
}

TEST(CurlTransport, gives_up_in_time_on_a_server_that_does_not_answer) {
  LoopbackServer server([](const std::string&) { return std::string(); });
  CurlTransport transport;
  HttpRequest request = get(server.url("/"));
  request.timeout = 50ms;
  const auto response = transport.send(request, {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kTimeout);
  EXPECT_THAT(response.error().message, HasSubstr("no answer in time from 127.0.0.1:"));
}

TEST(CurlTransport, ends_at_once_when_a_stop_is_requested) {
  std::latch asked(1);
  LoopbackServer server([&](const std::string&) {
    asked.count_down();
    return std::string();
  });
  CurlTransport transport;
  std::stop_source stop;
  const std::jthread stopper([&] {
    asked.wait();
    stop.request_stop();
  });
  const auto before = std::chrono::steady_clock::now();
  EXPECT_FALSE(transport.send(get(server.url("/")), stop.get_token()));
  EXPECT_LT(std::chrono::steady_clock::now() - before, 10s);
}

TEST(CurlTransport, says_what_is_wrong_with_a_broken_connection) {
  CurlTransport transport;
  std::string url;
  {
    LoopbackServer server([](const std::string&) {
      return std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf") +
             LoopbackServer::kHangUp;
    });
    url = server.url("/");
    const auto cut = transport.send(get(url), {});
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().kind, ErrorKind::kUnavailable);
  }
  const auto refused = transport.send(get(url), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("cannot talk to 127.0.0.1:"));
}

TEST(CurlTransport, talks_to_each_host_over_the_connection_that_is_open) {
  LoopbackServer one([](const std::string&) { return answer_with("1"); });
  LoopbackServer two([](const std::string&) { return answer_with("2"); });
  CurlTransport transport;
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(transport.send(get(one.url("/")), {}));
    EXPECT_TRUE(transport.send(get(two.url("/")), {}));
  }
  EXPECT_EQ(one.connections, 1);
  EXPECT_EQ(two.connections, 1);
}

TEST(CurlTransport, goes_through_the_proxy_but_for_those_that_are_excepted) {
  std::string seen;
  LoopbackServer proxy([&](const std::string& request) {
    seen = request;
    return answer_with("from the proxy");
  });
  LoopbackServer server([](const std::string&) { return answer_with("from the server"); });
  CurlTransport transport({.url = Secret(proxy.url("")), .no = "localhost,.internal.example"});
  HttpRequest request = get("http://ec2.example/x");
  request.direct = false;
  const auto through = transport.send(request, {});
  ASSERT_TRUE(through) << through.error().message;
  EXPECT_EQ(through->body, "from the proxy");
  EXPECT_THAT(seen, testing::StartsWith("GET http://ec2.example/x HTTP/1.1\r\n"));

  EXPECT_EQ(transport.send(get(server.url("/")), {})->body, "from the server") << "direct";
  CurlTransport excepting({.url = Secret(proxy.url("")), .no = "127.0.0.1"});
  request.url = server.url("/");
  EXPECT_EQ(excepting.send(request, {})->body, "from the server");
}

TEST(CurlTransport, sends_no_header_that_could_be_two) {
  CurlTransport transport;
  HttpRequest request = get("http://127.0.0.1:1/");
  request.headers = {{"Authorization", "token\r\nX-Evil: 1"}};
  const auto response = transport.send(request, {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kInvalidInput);
  EXPECT_THAT(response.error().message, Not(HasSubstr("token")));
}

}  // namespace
}  // namespace livesonic::aws
