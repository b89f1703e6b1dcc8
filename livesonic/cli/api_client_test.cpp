// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/api_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "livesonic/cli/fake_program_test.h"

namespace livesonic::cli {
namespace {

// Answers one connection with fixed bytes and keeps what it was asked.
class OneShotServer {
 public:
  explicit OneShotServer(std::string response) {
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(socket_, 1), 0);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this, response = std::move(response)] { serve(response); });
  }
  ~OneShotServer() {
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
  }

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  // After the client has its answer.
  [[nodiscard]] const std::string& asked() const { return asked_; }

 private:
  void serve(const std::string& response) {
    const int client = accept(socket_, nullptr, nullptr);
    if (client < 0) return;
    char chunk[4096];
    while (asked_.find("\r\n\r\n") == std::string::npos || !asked_.ends_with("}")) {
      const ssize_t got = read(client, chunk, sizeof chunk);
      if (got <= 0) break;
      asked_.append(chunk, static_cast<std::size_t>(got));
      if (asked_.starts_with("GET") && asked_.find("\r\n\r\n") != std::string::npos) break;
    }
    (void)!write(client, response.data(), response.size());
    close(client);
  }

  int socket_ = -1;
  int port_ = 0;
  std::string asked_;
  std::jthread thread_;
};

TEST(ApiClient, speaks_http_to_a_running_server) {
  OneShotServer server("HTTP/1.1 201 Created\r\nContent-Length: 14\r\n\r\n{\"name\":\"web\"}");
  ApiClient api(http_channel(server.address()));
  const auto answer = api.post("/clusters", {{"name", "web"}});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(text_of(answer->body, "name"), "web");
  EXPECT_TRUE(server.asked().starts_with("POST /api/v1/clusters HTTP/1.1\r\n")) << server.asked();
  EXPECT_NE(server.asked().find("content-type: application/json"), std::string::npos);
  EXPECT_TRUE(server.asked().ends_with("{\"name\":\"web\"}"));
}

TEST(ApiClient, paths_and_queries_are_encoded) {
  OneShotServer server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
  ApiClient api(http_channel(server.address()));
  ASSERT_TRUE(api.get("/clusters/a b?c", {{"last", "1h&x=1"}}));
  EXPECT_TRUE(server.asked().starts_with("GET /api/v1/clusters/a%20b%3Fc?last=1h%26x%3D1 HTTP"))
      << server.asked();
}

TEST(ApiClient, a_proxy_in_the_environment_is_not_used) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);  // NOLINT(concurrency-mt-unsafe): no other thread
  {
    OneShotServer server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    ApiClient api(http_channel(server.address()));
    EXPECT_TRUE(api.get("/status"));
  }
  unsetenv("http_proxy");  // NOLINT(concurrency-mt-unsafe)
}

TEST(ApiClient, a_server_that_is_gone_is_told_by_its_address) {
  std::string address;
  {
    const OneShotServer server("");
    address = server.address();
  }
  ApiClient api(http_channel(address));
  const auto answer = api.get("/status");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable);
  EXPECT_NE(answer.error().message.find(address), std::string::npos);
}

TEST(ApiClient, an_answer_that_is_no_json_is_an_error) {
  FakeProgram program;
  program.answer("GET /api/v1/status", "<html>");
  auto api = ApiClient::connect(program, {});
  ASSERT_TRUE(api);
  EXPECT_NE(api->get("/status").error().message.find("not JSON"), std::string::npos);
}

TEST(ApiClient, the_apis_own_message_is_the_error) {
  FakeProgram program;
  program.answer("DELETE /api/v1/clusters/web",
                 R"({"error":{"kind":"conflict","message":"the file registers web"}})", 409);
  program.answer("DELETE /api/v1/clusters/db", "", 500);
  auto api = ApiClient::connect(program, {});
  ASSERT_TRUE(api);
  EXPECT_EQ(api->remove("/clusters/web").error(),
            (Error{ErrorKind::kConflict, "the file registers web"}));
  EXPECT_EQ(api->remove("/clusters/db").error().message, "the server answered with status 500");
}

TEST(JsonText, what_is_not_there_reads_as_empty) {
  const Json json = Json::parse(R"({"a":null,"n":1.5,"t":"x","l":[1]})");
  EXPECT_EQ(text_of(json, "a"), "");
  EXPECT_EQ(text_of(json, "n"), "");
  EXPECT_EQ(integer_of(json, "t"), 0);
  EXPECT_EQ(number_of(json, "n"), 1.5);
  EXPECT_FALSE(number_of(json, "a"));
  EXPECT_FALSE(time_of(json, "t"));
  EXPECT_EQ(list_of(json, "l").size(), 1U);
  EXPECT_TRUE(list_of(json, "t").empty());
  EXPECT_TRUE(member(Json::array(), "x").is_null());
}

}  // namespace
}  // namespace livesonic::cli
