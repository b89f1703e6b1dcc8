// SPDX-License-Identifier: Apache-2.0
#include "livesonic/httpd/response_text.h"

#include <gtest/gtest.h>

#include "livesonic/base/time_text.h"

namespace livesonic::httpd {
namespace {

const Time kNow = parse_iso8601("2026-03-01T08:30:00Z").value();

TEST(ResponseHeads, say_what_follows) {
  Response response;
  response.body = "{}";
  response.headers["ETag"] = "\"x\"";
  EXPECT_EQ(response_head(response, true, kNow),
            "HTTP/1.1 200 OK\r\nDate: Sun, 01 Mar 2026 08:30:00 GMT\r\nConnection: keep-alive\r\n"
            "Content-Length: 2\r\nContent-Type: application/json\r\nETag: \"x\"\r\n\r\n");
}

TEST(ResponseHeads, cannot_be_split_by_what_a_value_holds) {
  Response response;
  response.headers["X"] = "a\r\nSet-Cookie: b";
  EXPECT_EQ(response_head(response, false, kNow).find("\r\nSet-Cookie"), std::string::npos);
}

TEST(Events, have_a_data_line_for_each_line) {
  EXPECT_EQ(event_text("round", "a\nb"), "event: round\ndata: a\ndata: b\n\n");
  EXPECT_EQ(event_text("a\nb", "\r"), "event: ab\ndata: \n\n");
}

}  // namespace
}  // namespace livesonic::httpd
