// SPDX-License-Identifier: Apache-2.0
#include "serverscore/cloud/http.h"

#include <gtest/gtest.h>

#include <string>

namespace serverscore {
namespace {

HttpState state_of(std::string_view received, bool closed = false) {
  return parse_response(received, closed).state;
}

constexpr std::string_view kPlain =
    "HTTP/1.1 200 OK\r\ncontent-LENGTH: 5\r\nServer: EC2ws\r\n\r\nhello";

TEST(Http, a_response_of_known_length_is_complete_with_its_last_byte) {
  const HttpResponse response = parse_response(kPlain, false);
  EXPECT_EQ(response.state, HttpState::kComplete);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "hello");
  EXPECT_TRUE(response.reusable);
}

TEST(Http, every_beginning_of_a_response_asks_for_more_until_the_peer_is_gone) {
  constexpr std::string_view kChunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nT: "
      "1\r\n\r\n";
  for (const std::string_view whole : {kPlain, kChunked}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_EQ(state_of(whole.substr(0, size)), HttpState::kIncomplete) << size;
      EXPECT_EQ(state_of(whole.substr(0, size), true), HttpState::kMalformed) << size;
    }
    EXPECT_EQ(parse_response(whole, false).body, "hello");
  }
}

TEST(Http, without_a_length_the_body_ends_with_the_connection) {
  constexpr std::string_view kText = "HTTP/1.0 404 Not Found\r\n\r\nnone";
  EXPECT_EQ(state_of(kText), HttpState::kIncomplete);
  const HttpResponse response = parse_response(kText, true);
  EXPECT_EQ(response.state, HttpState::kComplete);
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body, "none");
  EXPECT_FALSE(response.reusable);
}

TEST(Http, a_connection_that_is_to_be_closed_is_not_used_again) {
  EXPECT_FALSE(
      parse_response("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", false)
          .reusable);
  EXPECT_FALSE(parse_response("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false).reusable);
}

TEST(Http, a_status_that_has_no_body_needs_no_length) {
  EXPECT_EQ(state_of("HTTP/1.1 204 No Content\r\n\r\n"), HttpState::kComplete);
}

TEST(Http, what_is_not_http_is_malformed) {
  for (const std::string_view text : {
           "SSH-2.0-OpenSSH_9.2\r\n",
           "HTTP/2 200\r\n",
           "HTTP/1.1 099 ?\r\n",
           "HTTP/1.1 20x OK\r\n",
           "HTTP/1.1 2000 OK\r\n",
           "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
           "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\nx",
           "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nmore than that",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
       }) {
    EXPECT_EQ(state_of(text), HttpState::kMalformed) << text;
  }
}

TEST(Http, what_is_too_long_is_malformed_and_not_awaited) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  EXPECT_EQ(state_of(head + "X: " + std::string(kMostHead, 'x')), HttpState::kMalformed);
  EXPECT_EQ(state_of(head + "\r\n" + std::string(kMostBody + 1, 'x')), HttpState::kMalformed);
  EXPECT_EQ(state_of(head + "Content-Length: 65537\r\n\r\n"), HttpState::kMalformed);
  std::string chunks = head + "Transfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 17; ++i) chunks += "1000\r\n" + std::string(4096, 'x') + "\r\n";
  EXPECT_EQ(state_of(chunks), HttpState::kMalformed);
  EXPECT_EQ(state_of(std::string(kMostReceived + 1, '\n')), HttpState::kMalformed);
}

}  // namespace
}  // namespace serverscore
