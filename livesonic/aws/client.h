// SPDX-License-Identifier: Apache-2.0
// Carries out one operation of a service: finds the endpoint, signs, sends, sends again when that
// may help, and turns what goes wrong into an error that an operator understands.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>

#include "livesonic/aws/credentials.h"
#include "livesonic/aws/endpoint.h"
#include "livesonic/aws/http.h"
#include "livesonic/aws/reply.h"
#include "livesonic/aws/retry.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

// Waits; false when a stop was requested meanwhile. Callable from any thread.
using Sleeper = std::function<bool(Duration, const std::stop_token&)>;
bool sleep_for(Duration duration, const std::stop_token& stop);

// A number in [0, 1). Callable from any thread.
using Random = std::function<double()>;
double random_unit();

// What a client is made of; all of it must outlive the client.
struct ClientParts {
  Transport& transport;
  CredentialSource& credentials;
  const Clock& clock;
  Sleeper sleep = sleep_for;
  Random random = random_unit;
};

// One account in one region. Thread-safe; a call blocks its caller until it is answered, has failed
// for good, or a stop is requested: at most kCallBudget and a moment.
class Client {
 public:
  // Attempts and the waits between them together: less than a poll interval, since a cluster's
  // instances are polled only when AWS has answered or is given up.
  static constexpr Duration kCallBudget = std::chrono::seconds{30};

  // `region` and `endpoint_url` as check_region and check_endpoint_url accept them; the latter may
  // be empty.
  Client(std::string region, std::string endpoint_url, ClientParts parts);

  // The query protocol: a form with Action and Version, answered in XML.
  Result<Reply> query(const Service& service, std::string_view operation, const Fields& parameters,
                      const std::stop_token& stop) const;

  // REST-XML: GET `path`, which begins with "/" and needs no encoding.
  Result<Reply> rest_get(const Service& service, std::string_view operation, std::string_view path,
                         const Fields& parameters, const std::stop_token& stop) const;

  [[nodiscard]] const std::string& region() const { return region_; }

 private:
  struct Call;
  Result<Reply> perform(const Call& call, const std::stop_token& stop) const;
  HttpRequest signed_request(const Call& call, const Credentials& credentials, Time now) const;
  RetryTokens& tokens_for(const Service& service) const;
  bool correct_clock(const HttpResponse& response, const Refusal& refusal) const;

  const std::string region_;
  const std::string endpoint_url_;
  const ClientParts parts_;
  // AWS's clock minus ours, once AWS has refused a request for its time.
  mutable std::atomic<Duration> skew_{Duration::zero()};
  mutable std::mutex mutex_;
  mutable std::map<std::string, RetryTokens, std::less<>> tokens_;  // by service
};

}  // namespace livesonic::aws
