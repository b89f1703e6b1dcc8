// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <random>
#include <utility>

#include "livesonic/aws/sigv4.h"
#include "livesonic/base/log.h"
#include "livesonic/base/time_text.h"

namespace livesonic::aws {
namespace {

// AWS takes requests whose time is up to five minutes off.
constexpr Duration kTolerableSkew = std::chrono::minutes{4};

bool may_be_about_time(std::string_view code) {
  constexpr std::array<std::string_view, 6> kCodes = {
      "AuthFailure",        "InvalidSignatureException", "RequestExpired",
      "RequestInTheFuture", "RequestTimeTooSkewed",      "SignatureDoesNotMatch",
  };
  return std::ranges::find(kCodes, code) != kCodes.end();
}

bool is_about_expired_credentials(std::string_view code) {
  return code == "ExpiredToken" || code == "ExpiredTokenException" || code == "RequestExpired";
}

Error stopped(std::string_view operation) {
  return {ErrorKind::kUnavailable,
          fmt::format("{}: given up, because a stop was asked for", operation)};
}

}  // namespace

bool sleep_for(Duration duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, duration, [] { return false; });
  return !stop.stop_requested();
}

double random_unit() {
  std::random_device device;
  return std::uniform_real_distribution<double>(0.0, 1.0)(device);
}

struct Client::Call {
  const Service& service;
  std::string operation;
  std::string method;
  std::string path;
  Fields query;
  std::string body;
  Endpoint endpoint;
};

Client::Client(std::string region, std::string endpoint_url, ClientParts parts)
    : region_(std::move(region)),
      endpoint_url_(std::move(endpoint_url)),
      parts_(std::move(parts)) {}

Result<Reply> Client::query(const Service& service, std::string_view operation,
                            const Fields& parameters, const std::stop_token& stop) const {
  Fields form = {{"Action", std::string(operation)}, {"Version", std::string(service.api_version)}};
  form.insert(form.end(), parameters.begin(), parameters.end());
  return perform({.service = service,
                  .operation = std::string(operation),
                  .method = "POST",
                  .path = "/",
                  .query = {},
                  .body = encode_fields(form),
                  .endpoint = resolve_endpoint(service, region_, endpoint_url_)},
                 stop);
}

Result<Reply> Client::rest_get(const Service& service, std::string_view operation,
                               std::string_view path, const Fields& parameters,
                               const std::stop_token& stop) const {
  return perform({.service = service,
                  .operation = std::string(operation),
                  .method = "GET",
                  .path = std::string(path),
                  .query = parameters,
                  .body = {},
                  .endpoint = resolve_endpoint(service, region_, endpoint_url_)},
                 stop);
}

Result<Reply> Client::perform(const Call& call, const std::stop_token& stop) const {
  const Time give_up_at = parts_.clock.now() + kCallBudget;
  RetryTokens& tokens = tokens_for(call.service);
  bool renewed = false;
  bool clock_corrected = false;

  for (int attempt = 1;; ++attempt) {
    const Result<Credentials> credentials = parts_.credentials.get(stop);
    if (!credentials) return fail(credentials.error().context(call.operation));

    HttpRequest request = signed_request(call, *credentials, parts_.clock.now() + skew_.load());
    request.timeout = std::clamp(give_up_at - parts_.clock.now(), Duration{1000}, request.timeout);
    Result<HttpResponse> response = parts_.transport.send(request, stop);
    if (stop.stop_requested()) return fail(stopped(call.operation));

    Error error;
    Verdict verdict = Verdict::kTransient;
    std::optional<Duration> retry_after;
    if (!response) {
      error = response.error().context(call.operation);
      if (error.kind == ErrorKind::kInvalidInput) verdict = Verdict::kFinal;
    } else if (response->status >= 200 && response->status < 300) {
      tokens.give_back_for_success(attempt > 1);
      return Reply{.operation = call.operation,
                   .request_id = request_id_of(*response),
                   .body = std::move(response->body)};
    } else {
      const Refusal refusal = read_refusal(*response);
      error = explain(call.operation, refusal);
      verdict = judge(refusal.status, refusal.code);
      if (const std::string* header = response->header("retry-after")) {
        retry_after = parse_retry_after(*header);
      }
      // Two refusals that we can put right ourselves, each once and without a wait.
      if (!clock_corrected && correct_clock(*response, refusal)) {
        clock_corrected = true;
        continue;
      }
      if (!renewed && is_about_expired_credentials(refusal.code)) {
        parts_.credentials.reject(*credentials);
        renewed = true;
        continue;
      }
    }

    if (verdict == Verdict::kFinal) return fail(std::move(error));
    if (attempt > 1) error.message += fmt::format(", after {} attempts", attempt);
    if (attempt >= kMaxAttempts || !tokens.take_for_retry()) return fail(std::move(error));
    const Duration wait = backoff(attempt, retry_after, parts_.random());
    if (parts_.clock.now() + wait >= give_up_at) return fail(std::move(error));
    log::debug("{}; trying again in {}", error.message, format_duration(wait));
    if (!parts_.sleep(wait, stop)) return fail(stopped(call.operation));
  }
}

HttpRequest Client::signed_request(const Call& call, const Credentials& credentials,
                                   Time now) const {
  HttpRequest request;
  request.method = call.method;
  request.url = call.endpoint.base_url + call.path;
  if (!call.query.empty()) request.url += '?' + encode_fields(call.query);
  request.body = call.body;
  request.headers.emplace_back("Host", call.endpoint.host);
  if (!call.body.empty()) {
    request.headers.emplace_back("Content-Type",
                                 "application/x-www-form-urlencoded; charset=utf-8");
  }
  const Signable signable{.method = call.method,
                          .path = call.endpoint.path + call.path,
                          .query = call.query,
                          .headers = request.headers,
                          .body = request.body};
  const SigningScope scope{.region = call.endpoint.signing_region,
                           .service = std::string(call.service.id)};
  for (auto& field : sign(signable, credentials, scope, now)) {
    request.headers.push_back(std::move(field));
  }
  return request;
}

RetryTokens& Client::tokens_for(const Service& service) const {
  const std::lock_guard lock(mutex_);
  return tokens_[std::string(service.id)];
}

// Whether the refusal came of a wrong clock of ours, which has been made up for.
bool Client::correct_clock(const HttpResponse& response, const Refusal& refusal) const {
  const std::string* date = response.header("date");
  if (!may_be_about_time(refusal.code) || date == nullptr) return false;
  const std::optional<Time> theirs = parse_http_date(*date);
  if (!theirs) return false;
  const Duration skew = *theirs - parts_.clock.now();
  const Duration change = std::chrono::abs(skew - skew_.load());
  if (change < kTolerableSkew) return false;
  skew_ = skew;
  log::warning("this machine's clock is {} {} AWS's; requests are dated by AWS's clock",
               format_age(std::chrono::abs(skew)), skew > Duration::zero() ? "behind" : "ahead of");
  return true;
}

}  // namespace livesonic::aws
