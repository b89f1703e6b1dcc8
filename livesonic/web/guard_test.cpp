// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/guard.h"

#include <gtest/gtest.h>

namespace livesonic::web {
namespace {

TEST(Hosts, of_loopback_are_known_by_name_and_address) {
  for (const char* host : {"localhost", "LOCALHOST:8460", "127.0.0.1", "127.0.0.1:80",
                           "127.9.8.7:1", "[::1]", "[::1]:8460"}) {
    EXPECT_TRUE(is_loopback_host(host)) << host;
  }
  for (const char* host :
       {"", "example.com", "localhost.example.com", "127.0.0.1.example.com", "10.0.0.1",
        "128.0.0.1", "[::2]", "[::1", "::1", "localhost:x", "localhost:8460:1",
        "127.0.0.1@example.com", "127.1", "[::1]example.com", "localhost "}) {
    EXPECT_FALSE(is_loopback_host(host)) << host;
  }
}

httpd::Request request(const std::string& method, std::map<std::string, std::string> headers,
                       const std::string& body = {}) {
  httpd::Request made;
  made.method = method;
  made.headers = std::move(headers);
  made.headers.emplace("host", "127.0.0.1:8460");
  made.body = body;
  return made;
}

int status_of(const httpd::Request& made) {
  const auto refused = refusal(made);
  return refused ? refused->status : 0;
}

TEST(Guard, lets_the_operator_in) {
  const std::string json = "application/json";
  EXPECT_EQ(status_of(request("GET", {})), 0);
  EXPECT_EQ(status_of(request("GET", {{"origin", "http://127.0.0.1:8460"}})), 0);
  EXPECT_EQ(status_of(request("POST", {{"content-type", json}}, "{}")), 0);
  EXPECT_EQ(status_of(request("POST", {{"content-type", "Application/JSON; charset=utf-8"}})), 0);
  EXPECT_EQ(status_of(request("DELETE", {})), 0);
}

TEST(Guard, keeps_names_out_that_only_resolve_to_loopback) {
  EXPECT_EQ(status_of(request("GET", {{"host", "rebound.example.com"}})), 403);
  EXPECT_EQ(status_of(httpd::Request{}), 403);
}

TEST(Guard, keeps_pages_of_other_origins_out) {
  for (const char* origin : {"https://example.com", "null", "", "http://127.0.0.1:9999",
                             "http://127.0.0.1:8460.example.com", "file://127.0.0.1:8460"}) {
    EXPECT_EQ(status_of(request("GET", {{"origin", origin}})), 403) << origin;
  }
}

TEST(Guard, takes_no_change_that_a_form_could_send) {
  for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded",
                           "text/plain; application/json", "application/jsonx"}) {
    EXPECT_EQ(status_of(request("POST", {{"content-type", type}}, "{}")), 400) << type;
    EXPECT_EQ(status_of(request("POST", {{"content-type", type}})), 400) << type;
    EXPECT_EQ(status_of(request("DELETE", {{"content-type", type}}, "{}")), 400) << type;
  }
}

}  // namespace
}  // namespace livesonic::web
