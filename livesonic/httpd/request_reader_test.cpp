// SPDX-License-Identifier: Apache-2.0
#include "livesonic/httpd/request_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "livesonic/httpd/error_response.h"

namespace livesonic::httpd {
namespace {

using Progress = RequestReader::Progress;

struct Outcome {
  Progress progress;
  std::string left;
};

// Feeds `text` in pieces of `step` bytes, until the reader wants no more.
Outcome feed(RequestReader& reader, std::string_view text, std::size_t step) {
  std::string waiting;
  Progress progress = Progress::kMore;
  while (!text.empty() && (progress == Progress::kMore || progress == Progress::kContinue)) {
    waiting += text.substr(0, step);
    text.remove_prefix(std::min(step, text.size()));
    std::size_t consumed = 0;
    progress = reader.feed(waiting, consumed);
    waiting.erase(0, consumed);
  }
  return {progress, waiting + std::string(text)};
}

TEST(RequestReader, reads_a_request_however_it_is_cut_and_leaves_the_next_one) {
  const std::string text =
      "POST /a%20b?x=1 HTTP/1.1\r\nHost: h\r\nX-Y: 1\r\nx-y: 2\r\nContent-Length: 5\r\n\r\nhello"
      "GET / HTTP/1.1\r\n";
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, text.size()}) {
    RequestReader reader(100);
    const Outcome outcome = feed(reader, text, step);
    ASSERT_EQ(outcome.progress, Progress::kDone) << step;
    EXPECT_EQ(outcome.left, "GET / HTTP/1.1\r\n");
    EXPECT_TRUE(reader.keep_alive());
    const Request request = reader.take();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/a%20b?x=1");
    EXPECT_EQ(request.path, "/a b");
    EXPECT_EQ(request.parameter("x"), "1");
    EXPECT_EQ(request.header("x-y"), "1, 2");
    EXPECT_EQ(request.body, "hello");
  }
}

TEST(RequestReader, reads_chunked_bodies) {
  RequestReader reader(100);
  const Outcome outcome = feed(reader,
                               "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                               "3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\n\r\n",
                               3);
  ASSERT_EQ(outcome.progress, Progress::kDone);
  EXPECT_EQ(reader.take().body, "abcde");
}

TEST(RequestReader, a_head_arrives_as_get) {
  RequestReader reader(100);
  ASSERT_EQ(feed(reader, "HEAD / HTTP/1.0\r\n\r\n", 100).progress, Progress::kDone);
  EXPECT_TRUE(reader.head_only());
  EXPECT_FALSE(reader.keep_alive());
  EXPECT_EQ(reader.take().method, "GET");
}

TEST(RequestReader, a_client_that_waits_for_leave_to_send_its_body_gets_it_once) {
  RequestReader reader(100);
  const std::string head =
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
  std::size_t consumed = 0;
  EXPECT_EQ(reader.feed(head, consumed), Progress::kContinue);
  EXPECT_EQ(consumed, head.size());
  EXPECT_EQ(reader.feed("", consumed), Progress::kMore);
  EXPECT_EQ(reader.feed("ok", consumed), Progress::kDone);
}

struct Bad {
  std::string text;
  int status;
};

TEST(RequestReader, what_is_no_proper_request_is_refused) {
  const std::string huge(20'000, 'a');
  for (const Bad& bad : {
           Bad{"\x16\x03\x01 hello\r\n\r\n", 400},
           Bad{"GET / HTTP/1.1\r\n\r\n", 400},
           Bad{"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
           Bad{"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           Bad{"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           Bad{"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 400},
           Bad{"GET / HTTP/1.1\r\nHost: a\r\nX: " + huge + "\r\n\r\n", 431},
           Bad{"GET /" + huge, 431},
           Bad{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n", 413},
           Bad{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
           Bad{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
           Bad{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n"
               "\r\n",
               400},
           Bad{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
               "3\r\nabc\r\n70\r\n" +
                   huge,
               413},
           Bad{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;" + huge + huge,
               400},
       }) {
    for (const std::size_t step : {std::size_t{64}, bad.text.size()}) {
      RequestReader reader(100);
      EXPECT_EQ(feed(reader, bad.text, step).progress, Progress::kBad) << bad.text.substr(0, 90);
      EXPECT_EQ(reader.refusal().status, bad.status) << bad.text.substr(0, 90);
    }
  }
}

TEST(ErrorResponses, are_json_whatever_they_quote) {
  EXPECT_EQ(
      error_response(400, "invalid_input", "a \"b\"\n\\\xff").body,
      "{\"error\":{\"kind\":\"invalid_input\",\"message\":\"a \\\"b\\\"\\u000a\\\\\xEF\xBF\xBD"
      "\"}}");
}

}  // namespace
}  // namespace livesonic::httpd
