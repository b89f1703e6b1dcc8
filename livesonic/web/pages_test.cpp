// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/pages.h"

#include <gtest/gtest.h>

#include <array>

namespace livesonic::web {
namespace {

constexpr std::array<Asset, 2> kAssets{{
    {"/", "text/html; charset=utf-8", "<!doctype html>", false},
    {"/assets/app.3f2a.js", "text/javascript", "let x", true},
}};

class PagesTest : public testing::Test {
 protected:
  httpd::Response get(const std::string& path, const std::string& if_none_match = {}) {
    httpd::Request request;
    request.method = "GET";
    request.path = path;
    if (!if_none_match.empty()) request.headers["if-none-match"] = if_none_match;
    return pages.answer(request);
  }

  const Pages pages{kAssets};
};

TEST_F(PagesTest, are_served_with_their_type) {
  const httpd::Response script = get("/assets/app.3f2a.js");
  EXPECT_EQ(script.status, 200);
  EXPECT_EQ(script.content_type, "text/javascript");
  EXPECT_EQ(script.body, "let x");
  EXPECT_EQ(script.headers.at("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(get("/").headers.at("Cache-Control"), "no-cache");
}

TEST_F(PagesTest, known_to_the_browser_are_not_sent_again) {
  const std::string etag = get("/").headers.at("ETag");
  EXPECT_EQ(get("/", etag).status, 304);
  EXPECT_EQ(get("/", etag).body, "");
  EXPECT_EQ(get("/", "\"x\", W/" + etag).status, 304);
  EXPECT_EQ(get("/", "*").status, 304);
  EXPECT_EQ(get("/", "\"x\"").status, 200);
  EXPECT_NE(etag, get("/assets/app.3f2a.js").headers.at("ETag"));
}

TEST_F(PagesTest, that_the_dashboard_routes_itself_are_the_one_page) {
  for (const char* path :
       {"/clusters/web", "/clusters/prod.web-2", "/clusters/api.js", "/domains", "/index.html"}) {
    EXPECT_EQ(get(path).body, "<!doctype html>") << path;
  }
  for (const char* path : {"/assets/", "/assets/app.old", "/favicon.ico", "/app.js"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
}

TEST_F(PagesTest, can_only_be_read) {
  httpd::Request request;
  request.method = "POST";
  request.path = "/";
  EXPECT_EQ(pages.answer(request).status, 405);
}

TEST_F(PagesTest, without_a_dashboard_are_not_found) {
  httpd::Request request;
  request.method = "GET";
  request.path = "/";
  EXPECT_EQ(Pages({}).answer(request).status, 404);
}

}  // namespace
}  // namespace livesonic::web
