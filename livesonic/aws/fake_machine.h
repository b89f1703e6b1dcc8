// SPDX-License-Identifier: Apache-2.0
// For tests: a machine to look for credentials on. Its metadata service hands out an instance
// role's credentials, called by how often they were asked for, that last an hour; STS hands out
// those of roles, called by who assumed them: "AKIA1_role".
#pragma once

#include <atomic>
#include <string>

#include "livesonic/aws/credential_chain.h"
#include "livesonic/aws/fake_home.h"
#include "livesonic/aws/fake_transport.h"
#include "livesonic/aws/surroundings.h"

namespace livesonic::aws {

struct FakeMachine {
  FakeHome home;
  Environment environment = home.environment();
  FakeClock clock{*parse_iso8601("2026-03-01T08:00:00Z")};
  Statistics statistics;
  ClientSettings settings{.region = "ap-northeast-1", .max_attempts = 1};
  std::atomic<int> handed_out = 0;
  std::atomic<bool> broken = false;
  FakeTransport transport{[this](const HttpRequest& request) { return answer(request); }};

  Surroundings surroundings() {
    return {.environment = environment,
            .transport = transport,
            .clock = clock,
            .statistics = &statistics,
            .states = nullptr,
            .settings = settings};
  }

  // The id of the access key that is found, or the error.
  std::string look(const std::string& profile = "") {
    const auto found = look_for_credentials(profile, surroundings(), {});
    return found ? found->access_key_id : found.error().message;
  }

  // The last request that was sent to STS.
  [[nodiscard]] std::string last_body() const { return transport.requests.back().body; }

 private:
  Result<HttpResponse> answer(const HttpRequest& request) {
    if (broken) return fail(ErrorKind::kTimeout, "no answer");
    if (request.url.find("sts.") != std::string::npos) return assume(request);
    if (request.url.find("portal.sso") != std::string::npos) {
      return http(200, R"({"roleCredentials": {"accessKeyId": "ASIASSO", "secretAccessKey": "s",
                          "sessionToken": "t", "expiration": 4070908800000}})");
    }
    if (request.method == "PUT") return http(200, "session");
    if (request.url.ends_with('/')) return http(200, "role");
    return http(200, R"({"AccessKeyId": "ASIA)" + std::to_string(++handed_out) +
                         R"(", "SecretAccessKey": "s", "Token": "t", "Expiration": ")" +
                         to_iso8601(clock.now() + std::chrono::hours{1}) + R"("})");
  }

  [[nodiscard]] Result<HttpResponse> assume(const HttpRequest& request) const {
    const std::string operation = request.body.substr(7, request.body.find('&') - 7);
    std::string who = "TOKEN";
    for (const auto& [name, value] : request.headers) {
      const std::size_t at = value.find("Credential=");
      if (name == "Authorization") who = value.substr(at + 11, value.find('/', at) - at - 11);
    }
    const std::size_t role = request.body.find("role%2F") + 7;
    return http(200, "<" + operation + "Response><" + operation +
                         "Result><Credentials><AccessKeyId>" + who + "_" +
                         request.body.substr(role, request.body.find('&', role) - role) +
                         "</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t"
                         "</SessionToken><Expiration>2026-03-01T09:00:00Z</Expiration>"
                         "</Credentials></" +
                         operation + "Result></" + operation + "Response>");
  }
};

}  // namespace livesonic::aws
