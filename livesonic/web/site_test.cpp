// SPDX-License-Identifier: Apache-2.0
// The site as a browser meets it, and the event stream through a real socket.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <set>

#include "livesonic/web/api_fixture.h"
#include "livesonic/web/openapi.h"
#include "livesonic/web/routes.h"

namespace livesonic::web {
namespace {

constexpr std::array<Asset, 1> kAssets{{{"/", "text/html", "<!doctype html>", false}}};

class SiteTest : public ApiTest {
 protected:
  httpd::Response send(const std::string& method, const std::string& path,
                       std::map<std::string, std::string> headers = {},
                       const std::string& body = {}) {
    httpd::Request request;
    request.method = method;
    request.path = path;
    request.headers = std::move(headers);
    request.headers.emplace("host", "localhost:8460");
    request.body = body;
    return site->handle(request);
  }

  const std::unique_ptr<httpd::Handler> site = make_site(dependencies(), kAssets);
};

TEST_F(SiteTest, has_the_api_and_the_dashboard_behind_one_door) {
  EXPECT_EQ(send("GET", "/").body, "<!doctype html>");
  EXPECT_EQ(send("GET", "/clusters/web").body, "<!doctype html>");
  EXPECT_EQ(send("GET", "/apiary").body, "<!doctype html>");
  EXPECT_EQ(send("GET", "/api/v1/health").status, 200);
  EXPECT_EQ(send("GET", "/api/v2/health").status, 404);
  EXPECT_EQ(send("GET", "/api").status, 404);
}

TEST_F(SiteTest, tells_prometheus_what_was_counted) {
  Dependencies all = dependencies();
  all.metrics = [] { return std::string("calls_total 1\n"); };
  const auto counting = make_site(all, kAssets);
  httpd::Request request;
  request.method = "GET";
  request.path = "/metrics";
  request.headers["host"] = "localhost:8460";
  const httpd::Response response = counting->handle(request);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(response.body, "calls_total 1\n");
  EXPECT_EQ(send("GET", "/metrics").body, "") << "nothing was counted yet";
  EXPECT_EQ(send("POST", "/metrics", {{"content-type", "application/json"}}, "{}").status, 405);
}

TEST_F(SiteTest, answers_with_headers_that_bind_the_browser) {
  for (const char* path : {"/", "/api/v1/health", "/assets/none"}) {
    const httpd::Response response = send("GET", path);
    EXPECT_EQ(response.headers.at("X-Content-Type-Options"), "nosniff");
    EXPECT_NE(response.headers.at("Content-Security-Policy").find("frame-ancestors 'none'"),
              std::string::npos);
    EXPECT_EQ(response.headers.at("Referrer-Policy"), "no-referrer");
  }
}

TEST_F(SiteTest, refuses_what_a_page_of_elsewhere_sends) {
  EXPECT_EQ(send("GET", "/", {{"host", "evil.example"}}).status, 403);
  EXPECT_EQ(send("POST", "/api/v1/clusters", {{"content-type", "text/plain"}}, "{}").status, 400);
  EXPECT_EQ(send("POST", "/api/v1/poll",
                 {{"content-type", "application/json"}, {"origin", "http://evil.example"}}, "{}")
                .status,
            403);
  EXPECT_TRUE(operations.polled.empty());
  EXPECT_EQ(send("POST", "/api/v1/poll",
                 {{"content-type", "application/json"}, {"origin", "http://localhost:8460"}}, "{}")
                .status,
            200);

  httpd::Request request;
  request.method = "GET";
  request.path = "/api/v1/events";
  request.headers["host"] = "evil.example";
  EXPECT_FALSE(site->open_stream(request, std::make_shared<TestStream>()));
  request.headers["host"] = "localhost";
  EXPECT_TRUE(site->open_stream(request, std::make_shared<TestStream>()));
  request.path = "/api/v1/status";
  EXPECT_FALSE(site->open_stream(request, std::make_shared<TestStream>()));
}

TEST_F(SiteTest, listeners_hear_of_events_until_they_go) {
  const auto staying = std::make_shared<TestStream>();
  const auto leaving = std::make_shared<TestStream>();
  events.add(staying);
  events.add(leaving);
  leaving->gone = true;
  events.publish({"round", "web", "", "a \xff", clock.now()});
  EXPECT_EQ(events.listeners(), 1U);
  ASSERT_EQ(staying->sent.size(), 1U);
  EXPECT_EQ(staying->sent[0].first, "round");
  EXPECT_EQ(staying->sent[0].second,
            nlohmann::json::parse("{\"kind\": \"round\", \"cluster\": \"web\", \"subject\": \"\", "
                                  "\"detail\": \"a \xEF\xBF\xBD\", "
                                  "\"at\": \"2026-03-01T08:30:00Z\"}"));
}

// Reads from the socket until `mark` has come.
std::string read_until(int socket, std::string_view mark) {
  std::string text;
  while (text.find(mark) == std::string::npos) {
    pollfd waiting{socket, POLLIN, 0};
    std::array<char, 4096> chunk{};
    if (::poll(&waiting, 1, 10'000) != 1) break;
    const ssize_t got = ::recv(socket, chunk.data(), chunk.size(), 0);
    if (got <= 0) break;
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return text;
}

TEST_F(SiteTest, events_reach_a_browser) {
  const auto server = httpd::serve({}, *site);
  ASSERT_TRUE(server);
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons((*server)->port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const std::string request =
      "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
  ASSERT_EQ(::send(socket, request.data(), request.size(), 0),
            static_cast<ssize_t>(request.size()));
  EXPECT_TRUE(read_until(socket, "\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"));
  events.publish({"incident.opened", "web", "id", "", clock.now()});
  EXPECT_TRUE(read_until(socket, "\n\n").starts_with("event: incident.opened\ndata: {\"kind\":"));
  ::close(socket);
}

TEST_F(SiteTest, describes_every_route_in_the_openapi_document) {
  const auto document = nlohmann::json::parse(openapi_document());
  EXPECT_EQ(nlohmann::json::parse(send("GET", "/api/v1/openapi.json").body), document);
  std::set<std::string> described;
  for (const auto& [path, operations_there] : document["paths"].items()) {
    for (const auto& [method, operation] : operations_there.items()) {
      if (method == "parameters") continue;
      EXPECT_TRUE(operation.contains("summary")) << method << " " << path;
      EXPECT_TRUE(operation.contains("responses")) << method << " " << path;
      described.insert(method + " " + path);
    }
  }
  std::set<std::string> there;
  const Dependencies all = dependencies();
  for (const auto& [method, pattern] : make_router(all).routes()) {
    std::string lower = method;
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    there.insert(lower + " " + pattern.substr(std::string("/api/v1").size()));
  }
  EXPECT_EQ(described, there);
}

// Every "#/components/…" that the document refers to.
void collect_references(const nlohmann::json& json, std::set<std::string>& references) {
  if (json.is_object() && json.contains("$ref")) references.insert(json["$ref"]);
  for (const auto& part : json) {
    if (part.is_structured()) collect_references(part, references);
  }
}

TEST_F(SiteTest, refers_to_nothing_in_the_openapi_document_that_is_not_in_it) {
  const auto document = nlohmann::json::parse(openapi_document());
  std::set<std::string> references;
  collect_references(document, references);
  EXPECT_FALSE(references.empty());
  for (const std::string& reference : references) {
    EXPECT_TRUE(document.contains(nlohmann::json::json_pointer(reference.substr(1)))) << reference;
  }
}

}  // namespace
}  // namespace livesonic::web
