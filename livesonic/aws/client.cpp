// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "livesonic/aws/clock_skew.h"
#include "livesonic/aws/permissions.h"
#include "livesonic/aws/sigv4.h"
#include "livesonic/base/log.h"
#include "livesonic/base/time_text.h"

namespace livesonic::aws {
namespace {

bool is_about_expired_credentials(std::string_view code) {
  return code == "ExpiredToken" || code == "ExpiredTokenException" || code == "RequestExpired" ||
         code == "TokenRefreshRequired";
}

}  // namespace

bool sleep_for(Duration duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, duration, [] { return false; });
  return !stop.stop_requested();
}

struct Client::Call {
  const Service& service;
  std::string operation;
  std::string method;
  std::string path;
  Fields query;
  Fields headers;
  std::string body;
  Signing signing = Signing::kSigned;
};

// One call under way: everything that its attempts share.
class Client::Attempts {
 public:
  Attempts(const Client& client, const Call& call, const std::stop_token& stop)
      : client_(client),
        parts_(client.parts_),
        call_(call),
        stop_(stop),
        shared_(client.state_of(call.service)),
        endpoint_(
            resolve_endpoint(call.service, client.settings_.region, client.settings_.endpoints)),
        started_(parts_.clock.now()),
        give_up_at_(started_ + client.settings_.call_budget) {}

  Result<Reply> run();

  // To be asked for when it has ended.
  CallRecord record(bool succeeded) const {
    return {.attempts = attempts_,
            .throttles = throttles_,
            // A clock that was set back makes no counter fall.
            .latency = std::max(parts_.clock.now() - started_, Duration::zero()),
            .error = succeeded ? std::string() : code_};
  }

 private:
  // What became of one attempt, when it wasn't a success.
  struct Failure {
    Error error;
    Verdict verdict = Verdict::kTransient;
    std::optional<Duration> retry_after;
    bool at_once = false;  // we have put the reason right
  };

  bool wait_for_turn();
  bool sleep(Duration wait);
  Result<Credentials> credentials();
  HttpRequest request(const std::optional<Credentials>& credentials) const;
  Failure read_failure(const Result<HttpResponse>& response,
                       const std::optional<Credentials>& credentials);
  bool put_right(const Refusal& refusal, const HttpResponse& response,
                 const std::optional<Credentials>& credentials);
  Error stopped();

  const Client& client_;
  const ClientParts& parts_;
  const Call& call_;
  const std::stop_token& stop_;
  ServiceState& shared_;
  const Endpoint endpoint_;
  const Time started_;
  const Time give_up_at_;
  int attempts_ = 0;
  int throttles_ = 0;
  int taken_ = RetryQuota::kSuccess;  // from the quota, to be given back for success
  bool renewed_ = false;
  bool clock_corrected_ = false;
  std::string code_;  // of the last failure
};

Client::Client(ClientSettings settings, ClientParts parts)
    : settings_(std::move(settings)),
      parts_(std::move(parts)),
      own_states_(parts_.states == nullptr ? std::make_unique<ServiceStates>() : nullptr) {}

Client::~Client() = default;

Result<Reply> Client::query(const Service& service, std::string_view operation,
                            const Fields& parameters, const std::stop_token& stop,
                            Signing signing) const {
  Fields form = {{"Action", std::string(operation)}, {"Version", std::string(service.api_version)}};
  form.insert(form.end(), parameters.begin(), parameters.end());
  return perform({.service = service,
                  .operation = std::string(operation),
                  .method = "POST",
                  .path = "/",
                  .query = {},
                  .headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
                  .body = encode_fields(form),
                  .signing = signing},
                 stop);
}

Result<Reply> Client::json(const Service& service, std::string_view operation, std::string body,
                           const std::stop_token& stop) const {
  return perform(
      {.service = service,
       .operation = std::string(operation),
       .method = "POST",
       .path = "/",
       .query = {},
       .headers = {{"Content-Type", fmt::format("application/x-amz-json-{}", service.json_version)},
                   {"X-Amz-Target", fmt::format("{}.{}", service.json_target, operation)}},
       .body = std::move(body),
       .signing = Signing::kSigned},
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
                  .headers = {},
                  .body = {},
                  .signing = Signing::kSigned},
                 stop);
}

Result<Reply> Client::rest_send(const Service& service, std::string_view operation,
                                std::string_view method, std::string_view path, std::string body,
                                const std::stop_token& stop) const {
  Fields headers;
  if (!body.empty()) headers.emplace_back("Content-Type", "application/xml");
  return perform({.service = service,
                  .operation = std::string(operation),
                  .method = std::string(method),
                  .path = std::string(path),
                  .query = {},
                  .headers = std::move(headers),
                  .body = std::move(body),
                  .signing = Signing::kSigned},
                 stop);
}

Result<Reply> Client::perform(Call call, const std::stop_token& stop) const {
  Attempts attempts(*this, call, stop);
  Result<Reply> reply = attempts.run();
  if (parts_.statistics != nullptr) {
    parts_.statistics->record({.account = settings_.account,
                               .region = settings_.region,
                               .service = std::string(call.service.id),
                               .operation = call.operation},
                              attempts.record(reply.has_value()));
  }
  return reply;
}

ServiceState& Client::state_of(const Service& service) const {
  ServiceStates& states = own_states_ == nullptr ? *parts_.states : *own_states_;
  return states.of(settings_.account, settings_.region, service.id, parts_.clock.now());
}

Result<Reply> Client::Attempts::run() {
  for (;;) {
    const Result<Credentials> found = credentials();
    if (!found) return fail(found.error().context(call_.operation));
    const std::optional<Credentials> used =
        call_.signing == Signing::kSigned ? std::optional(*found) : std::nullopt;
    if (!wait_for_turn()) {
      if (stop_.stop_requested()) return fail(stopped());
      code_ = "throttled here";
      return fail(
          ErrorKind::kThrottled,
          fmt::format("{}: held back, because AWS has throttled such calls", call_.operation));
    }

    ++attempts_;
    Result<HttpResponse> response = parts_.transport.send(request(used), stop_);
    if (stop_.stop_requested()) return fail(stopped());
    if (response && response->status >= 200 && response->status < 300) {
      shared_.limiter.on_answer(false, parts_.clock.now());
      shared_.quota.give_back(taken_);
      return Reply{.operation = call_.operation,
                   .request_id = request_id_of(*response),
                   .body = std::move(response->body)};
    }

    Failure failure = read_failure(response, used);
    shared_.limiter.on_answer(failure.verdict == Verdict::kThrottled, parts_.clock.now());
    if (failure.at_once) continue;
    if (failure.verdict == Verdict::kFinal) return fail(std::move(failure.error));
    if (attempts_ > 1) failure.error.message += fmt::format(", after {} attempts", attempts_);
    if (attempts_ >= client_.settings_.max_attempts) return fail(std::move(failure.error));
    const std::optional<int> taken = shared_.quota.take_for_retry(failure.verdict);
    if (!taken) return fail(std::move(failure.error));
    taken_ = *taken;
    const Duration wait = backoff(attempts_, failure.retry_after, parts_.random());
    if (parts_.clock.now() + wait >= give_up_at_) return fail(std::move(failure.error));
    log::debug("{}; trying again in {}", failure.error.message, format_duration(wait));
    if (!sleep(wait)) return fail(stopped());
  }
}

// Where requests are limited: false when our turn does not come in time, or a stop was requested.
bool Client::Attempts::wait_for_turn() {
  if (client_.settings_.retry_mode != RetryMode::kAdaptive) return true;
  for (;;) {
    const Duration wait = shared_.limiter.take(parts_.clock.now());
    if (wait == Duration::zero()) return true;
    if (parts_.clock.now() + wait >= give_up_at_ || !sleep(wait)) return false;
  }
}

bool Client::Attempts::sleep(Duration wait) {
  return parts_.sleep(wait, stop_);
}

Result<Credentials> Client::Attempts::credentials() {
  if (call_.signing == Signing::kUnsigned) return Credentials{};
  code_ = "credentials";
  if (parts_.credentials == nullptr) return fail(ErrorKind::kInternal, "there are no credentials");
  return parts_.credentials->get(stop_);
}

HttpRequest Client::Attempts::request(const std::optional<Credentials>& credentials) const {
  HttpRequest made;
  made.method = call_.method;
  made.url = endpoint_.base_url + call_.path;
  if (!call_.query.empty()) made.url += '?' + encode_fields(call_.query);
  made.body = call_.body;
  made.headers.emplace_back("Host", endpoint_.host);
  made.headers.insert(made.headers.end(), call_.headers.begin(), call_.headers.end());
  const Time now = parts_.clock.now();
  made.timeout = std::clamp(give_up_at_ - now, Duration{1000}, made.timeout);
  if (!credentials) return made;
  const Signable signable{.method = call_.method,
                          .path = endpoint_.path + call_.path,
                          .query = call_.query,
                          .headers = made.headers,
                          .body = made.body};
  const SigningScope scope{.region = endpoint_.signing_region,
                           .service = std::string(call_.service.id)};
  for (auto& field : sign(signable, *credentials, scope, now + shared_.skew.load())) {
    made.headers.push_back(std::move(field));
  }
  return made;
}

Client::Attempts::Failure Client::Attempts::read_failure(
    const Result<HttpResponse>& response, const std::optional<Credentials>& credentials) {
  Failure failure;
  if (!response) {
    failure.error = response.error().context(call_.operation);
    const bool timed_out = failure.error.kind == ErrorKind::kTimeout;
    if (timed_out) failure.verdict = Verdict::kTimeout;
    if (failure.error.kind == ErrorKind::kInvalidInput) failure.verdict = Verdict::kFinal;
    code_ = timed_out ? "timeout" : "network";
    return failure;
  }
  const Refusal refusal = read_refusal(*response);
  code_ = refusal.code.empty() ? fmt::format("HTTP {}", refusal.status) : refusal.code;
  failure.error =
      explain(call_.operation, refusal, permission_of(call_.service.id, call_.operation));
  failure.verdict = judge(refusal.status, refusal.code);
  failure.retry_after = asked_to_wait(*response, parts_.clock.now());
  if (failure.verdict == Verdict::kThrottled) ++throttles_;
  failure.at_once = put_right(refusal, *response, credentials);
  return failure;
}

// Two refusals that we can do something about, each once in a call and without a wait.
bool Client::Attempts::put_right(const Refusal& refusal, const HttpResponse& response,
                                 const std::optional<Credentials>& credentials) {
  if (!credentials) return false;
  if (!clock_corrected_) {
    const auto skew = skew_behind(refusal.code, response, shared_.skew.load(), parts_.clock.now());
    if (skew) {
      shared_.skew = *skew;
      clock_corrected_ = true;
      log::warning("this machine's clock is {} {} that of {}; requests are dated by the latter",
                   format_age(std::chrono::abs(*skew)),
                   *skew > Duration::zero() ? "behind" : "ahead of", endpoint_.host);
      return true;
    }
  }
  if (!renewed_ && is_about_expired_credentials(refusal.code)) {
    parts_.credentials->reject(*credentials);
    renewed_ = true;
    return true;
  }
  return false;
}

Error Client::Attempts::stopped() {
  code_ = "stopped";
  return {ErrorKind::kUnavailable,
          fmt::format("{}: given up, because a stop was asked for", call_.operation)};
}

}  // namespace livesonic::aws
