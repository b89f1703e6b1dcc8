// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/http_request.h"

#include <gtest/gtest.h>

#include "livesonic/base/loopback_server.h"
#include "livesonic/notify/message_for_test.h"
#include "livesonic/notify/webhook.h"

namespace livesonic::notify {
namespace {

using namespace std::chrono_literals;

Accepted sent_to(const std::string& answer, Duration timeout = 5s) {
  LoopbackServer server([&](const std::string&) { return answer; });
  return send({Secret(server.url("/secret-token")), timeout, {}}, {.body = "{}"}, {});
}

std::string with_status(const std::string& status, const std::string& headers = {}) {
  return "HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n" + headers + "\r\n";
}

TEST(HttpRequest, any_2xx_is_acceptance_however_its_body_ends) {
  EXPECT_TRUE(sent_to(with_status("200")));
  EXPECT_TRUE(sent_to(with_status("204")));
  EXPECT_TRUE(sent_to("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf<hang up>"));
}

TEST(HttpRequest, says_which_refusals_may_pass) {
  for (const char* status : {"408", "425", "429", "500", "502", "503", "599"}) {
    const Accepted accepted = sent_to(with_status(status));
    ASSERT_FALSE(accepted);
    EXPECT_FALSE(accepted.error().permanent) << status;
  }
  for (const char* status : {"301", "400", "401", "403", "404", "410", "413"}) {
    const Accepted accepted = sent_to(with_status(status));
    ASSERT_FALSE(accepted);
    EXPECT_TRUE(accepted.error().permanent) << status;
    EXPECT_EQ(accepted.error().why, std::string("it answered with HTTP status ") + status);
  }
}

TEST(HttpRequest, heeds_retry_after_of_those_that_are_busy) {
  EXPECT_EQ(sent_to(with_status("429", "Retry-After: 7\r\n")).error().retry_after, 7s);
  EXPECT_EQ(sent_to(with_status("503", "Retry-After: 999999999\r\n")).error().retry_after, 1h);
  EXPECT_EQ(sent_to(with_status("500", "Retry-After: 7\r\n")).error().retry_after, 0s);
}

TEST(HttpRequest, silence_and_broken_connections_are_failures_that_may_pass) {
  const Accepted silent = sent_to("", 100ms);
  EXPECT_EQ(silent.error().why, "no answer within 100ms");
  for (const char* answer : {"<hang up>", "HTTP/1.1 500 Inter<hang up>", "nonsense<hang up>"}) {
    const Accepted accepted = sent_to(answer);
    ASSERT_FALSE(accepted) << answer;
    EXPECT_FALSE(accepted.error().permanent) << answer;
    EXPECT_EQ(accepted.error().why.find("secret-token"), std::string::npos);
  }
}

TEST(HttpRequest, is_given_up_when_asked_to_stop) {
  LoopbackServer server([](const std::string&) { return std::string(); });
  std::stop_source stop;
  stop.request_stop();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(send({Secret(server.url("/")), 60s, {}}, {.body = "{}"}, stop.get_token()));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s);
}

TEST(Webhook, carries_its_key_and_a_signature_over_time_and_body) {
  std::string request;
  LoopbackServer server([&](const std::string& text) {
    request = text;
    return with_status("200");
  });
  const FakeClock clock(Time{1'770'000'000s});
  const auto webhook =
      make_webhook("ops", {Secret(server.url("/hook")), 5s, {}}, Secret("key"), clock);
  Delivery delivery;
  delivery.id = "d1";
  ASSERT_TRUE(webhook->deliver(delivery, a_message(), {}));
  const std::string body = request.substr(request.find("\r\n\r\n") + 4);
  EXPECT_EQ(body, message_json(a_message()));
  for (const std::string& header :
       {std::string("Idempotency-Key: d1"), std::string("X-Livesonic-Delivery: d1"),
        std::string("X-Livesonic-Timestamp: 1770000000"),
        "X-Livesonic-Signature: " + signature(Secret("key"), "1770000000", body)}) {
    EXPECT_NE(request.find(header + "\r\n"), std::string::npos) << header;
  }
}

// As Python has it: hmac.new(b"Jefe", b"what do ya want for nothing?.", "sha256").
TEST(Webhook, signs_by_hmac_sha256) {
  EXPECT_EQ(signature(Secret("Jefe"), "what do ya want for nothing?", ""),
            "v1=38c6c848e5a2f57451f5095df6370d5c9b83175b99df46422b34960c28def6ae");
}

}  // namespace
}  // namespace livesonic::notify
