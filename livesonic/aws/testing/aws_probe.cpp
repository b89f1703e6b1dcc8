// SPDX-License-Identifier: Apache-2.0
// For tests only: reads a JSON object a line, does what its "do" says with this room's own
// functions, and prints the outcome as a JSON line. tests/conformance compares it with botocore and
// moto.
#include <cstdlib>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "livesonic/aws/aws.h"
#include "livesonic/aws/endpoint.h"
#include "livesonic/aws/rate_limiter.h"
#include "livesonic/aws/retry.h"
#include "livesonic/aws/shell_words.h"
#include "livesonic/aws/sigv4.h"

namespace {

using namespace livesonic;
using namespace livesonic::aws;
using Json = nlohmann::json;

Fields fields_of(const Json& pairs) {
  Fields fields;
  for (const Json& pair : pairs) fields.emplace_back(pair.at(0), pair.at(1));
  return fields;
}

Time time_of(const Json& milliseconds) {
  return Time(Duration(milliseconds.get<Duration::rep>()));
}

// Bodies are bytes, which JSON has none of.
std::string bytes_of(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

Json do_sign(const Json& in) {
  const std::string body = bytes_of(in.at("body"));
  const Signable request{.method = in.at("method"),
                         .path = in.at("path"),
                         .query = fields_of(in.at("query")),
                         .headers = fields_of(in.at("headers")),
                         .body = body};
  const Credentials credentials{.access_key_id = in.at("id"),
                                .secret_access_key = Secret(in.at("secret").get<std::string>()),
                                .session_token = Secret(in.at("token").get<std::string>()),
                                .expires_at = {}};
  const SigningScope scope{.region = in.at("region"), .service = in.at("service")};
  Json headers = Json::object();
  for (const auto& [name, value] : sign(request, credentials, scope, time_of(in.at("time")))) {
    headers[name] = value;
  }
  return {{"headers", headers}, {"query", encode_fields(request.query)}};
}

Json do_endpoint(const Json& in) {
  const std::string id = in.at("id");
  const std::string host = in.value("host", "");
  const Service service{.id = id, .api_version = {}, .global = in.at("global"), .host = host};
  const EndpointOptions options{.fips = in.at("fips"), .dual_stack = in.at("dual_stack")};
  const Endpoint endpoint = resolve_endpoint(service, in.at("region").get<std::string>(), options);
  return {{"url", endpoint.base_url}, {"signing_region", endpoint.signing_region}};
}

Json do_words(const Json& in) {
  const auto words = split_shell_words(in.at("line").get<std::string>());
  return {{"words", words ? Json(*words) : Json()}};
}

// The rate after each event: ["take" | "answer" | "throttle", milliseconds].
Json do_limit(const Json& in) {
  RateLimiter limiter(time_of(in.at("start")));
  Json rates = Json::array();
  for (const Json& event : in.at("events")) {
    const std::string what = event.at(0);
    const Time now = time_of(event.at(1));
    if (what == "take") {
      static_cast<void>(limiter.take(now));
    } else {
      limiter.on_answer(what == "throttle", now);
    }
    const auto rate = limiter.rate();
    rates.push_back(rate ? Json(*rate) : Json());
  }
  return {{"rates", rates}};
}

Json do_judge(const Json& in) {
  const std::string code = in.at("code");
  switch (judge(in.at("status"), code)) {
    case Verdict::kFinal:
      return {{"verdict", "final"}};
    case Verdict::kThrottled:
      return {{"verdict", "throttled"}};
    case Verdict::kTransient:
    case Verdict::kTimeout:
      break;
  }
  return {{"verdict", "transient"}};
}

AccountSettings account_of(const Json& in) {
  AccountSettings account;
  account.name = in.value("name", "default");
  account.region = in.value("region", "");
  account.access_key_id = in.value("id", "");
  account.secret_access_key = Secret(in.value("secret", ""));
  account.profile = in.value("profile", "");
  account.role.arn = in.value("role_arn", "");
  account.role.external_id = in.value("external_id", "");
  account.role.session_name = in.value("session_name", "");
  return account;
}

// Who each of the accounts is, by STS, and what was counted on the way.
Json do_identify(const Json& in) {
  const SystemClock clock;
  Settings settings;
  settings.account = account_of(in.at("account"));
  for (const Json& account : in.value("further", Json::array())) {
    settings.further.push_back(account_of(account));
  }
  settings.preferences.endpoint_url = in.value("endpoint_url", "");
  settings.proxy.url = Secret(in.value("proxy", ""));
  const Environment environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  const auto accounts = open_accounts(settings, environment, clock);
  if (!accounts) return {{"error", accounts.error().message}};
  Json found = Json::object();
  for (const std::string& name : (*accounts)->names()) {
    const auto account = (*accounts)->find(name, "");
    if (!account) return {{"error", account.error().message}};
    const auto identity = (*account)->sts().get_caller_identity();
    found[name] = identity ? Json{{"arn", identity->arn},
                                  {"account", identity->account},
                                  {"region", (*account)->region()}}
                           : Json{{"error", identity.error().message}};
  }
  Json counts = Json::array();
  for (const auto& [key, count] : (*accounts)->statistics()) {
    counts.push_back({{"account", key.account},
                      {"operation", key.operation},
                      {"calls", count.calls},
                      {"attempts", count.attempts},
                      {"errors", count.errors}});
  }
  return {{"accounts", found}, {"counts", counts}};
}

Json answer(const Json& in) {
  const std::string what = in.at("do");
  if (what == "sign") return do_sign(in);
  if (what == "endpoint") return do_endpoint(in);
  if (what == "words") return do_words(in);
  if (what == "limit") return do_limit(in);
  if (what == "judge") return do_judge(in);
  if (what == "identify") return do_identify(in);
  return {{"error", "no such thing to do: " + what}};
}

}  // namespace

int main() {
  try {
    std::string line;
    while (std::getline(std::cin, line)) std::cout << answer(Json::parse(line)) << std::endl;
  } catch (const std::exception& exception) {
    std::cerr << exception.what() << '\n';
    return 1;
  }
  return 0;
}
