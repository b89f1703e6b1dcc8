// SPDX-License-Identifier: Apache-2.0
// For tests and fuzzers: a transport that answers by itself, and a client on top of it that never
// waits.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "livesonic/aws/client.h"
#include "livesonic/base/time_text.h"

namespace livesonic::aws {

// Thread-safe. Answers each request with what `answer` makes of it, and remembers the request.
class FakeTransport final : public Transport {
 public:
  using Answer = std::function<Result<HttpResponse>(const HttpRequest&)>;
  explicit FakeTransport(Answer answer) : answer_(std::move(answer)) {}

  // The given answers one after another; the last one for ever.
  explicit FakeTransport(std::vector<Result<HttpResponse>> answers)
      : answer_([answers = std::move(answers), next = std::size_t{0}](const auto&) mutable {
          return answers[next + 1 < answers.size() ? next++ : next];
        }) {}

  Result<HttpResponse> send(const HttpRequest& request, const std::stop_token& /*stop*/) override {
    const std::lock_guard lock(mutex_);
    requests.push_back(request);
    return answer_(request);
  }

  // To be looked at when nothing is under way.
  std::vector<HttpRequest> requests;

 private:
  std::mutex mutex_;
  Answer answer_;
};

inline HttpResponse http(int status, std::string body, Fields headers = {}) {
  return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

// The error document of the query protocol.
inline HttpResponse refusal(int status, const std::string& code, Fields headers = {}) {
  return http(status,
              "<ErrorResponse><Error><Type>Sender</Type><Code>" + code +
                  "</Code><Message>That won't do.</Message></Error>"
                  "<RequestId>req-1</RequestId></ErrorResponse>",
              std::move(headers));
}

// A client in Tokyo at half past noon of the day of AWS's signing examples, whose waits are
// remembered and not waited for.
struct TestBench {
  template <typename Answers>
  explicit TestBench(Answers answers)
      : TestBench(std::move(answers), {.region = "ap-northeast-1", .max_attempts = 4}) {}

  // The same with other settings.
  template <typename Answers>
  TestBench(Answers answers, ClientSettings settings)
      : transport(std::move(answers)), client(std::move(settings), parts()) {}

  ClientParts parts() {
    return {.transport = transport,
            .credentials = &credentials,
            .clock = clock,
            .statistics = &statistics,
            .sleep =
                [this](Duration wait, const std::stop_token& stop) {
                  waits.push_back(wait);
                  clock.advance(wait);
                  return !stop.stop_requested();
                },
            .random = [] { return 0.5; }};
  }

  FakeTransport transport;
  StaticCredentials credentials{Credentials{.access_key_id = "AKIDEXAMPLE",
                                            .secret_access_key = Secret("secret"),
                                            .session_token = {},
                                            .expires_at = {}}};
  FakeClock clock{*parse_iso8601("2015-08-30T12:36:00Z")};
  Statistics statistics;
  std::vector<Duration> waits;
  Client client;
};

}  // namespace livesonic::aws
