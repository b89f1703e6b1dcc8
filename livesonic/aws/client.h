// SPDX-License-Identifier: Apache-2.0
// Carries out one operation of a service: finds the endpoint, signs, sends, sends again when that
// may help, and turns what goes wrong into an error that an operator understands.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "livesonic/aws/client_settings.h"
#include "livesonic/aws/credentials.h"
#include "livesonic/aws/endpoint.h"
#include "livesonic/aws/http.h"
#include "livesonic/aws/reply.h"
#include "livesonic/aws/service_state.h"
#include "livesonic/aws/statistics.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/random.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

// Waits; false when a stop was requested meanwhile. Callable from any thread.
using Sleeper = std::function<bool(Duration, const std::stop_token&)>;
bool sleep_for(Duration duration, const std::stop_token& stop);

// What a client is made of; all of it must outlive the client.
struct ClientParts {
  Transport& transport;
  CredentialSource* credentials;  // null: only unsigned requests can be made
  const Clock& clock;
  Statistics* statistics = nullptr;  // may be null
  ServiceStates* states = nullptr;   // null: this client shares them with no other
  Sleeper sleep = sleep_for;
  Random random = random_unit;
};

enum class Signing { kSigned, kUnsigned };

// One account in one region. Thread-safe; a call blocks its caller until it is answered, has failed
// for good, or a stop is requested: at most the settings' call_budget and a moment. All calls of a
// service share one retry quota, one rate limit and one idea of what time it is there.
class Client {
 public:
  Client(ClientSettings settings, ClientParts parts);
  ~Client();

  // The query protocol: a form with Action and Version, answered in XML.
  Result<Reply> query(const Service& service, std::string_view operation, const Fields& parameters,
                      const std::stop_token& stop, Signing signing = Signing::kSigned) const;

  // The JSON protocols: `body` is a JSON object.
  Result<Reply> json(const Service& service, std::string_view operation, std::string body,
                     const std::stop_token& stop) const;

  // REST-XML: GET `path`, which begins with "/" and needs no encoding.
  Result<Reply> rest_get(const Service& service, std::string_view operation, std::string_view path,
                         const Fields& parameters, const std::stop_token& stop) const;

  // REST-XML: any other method, with an XML document or nothing as its body.
  Result<Reply> rest_send(const Service& service, std::string_view operation,
                          std::string_view method, std::string_view path, std::string body,
                          const std::stop_token& stop) const;

  [[nodiscard]] const std::string& region() const { return settings_.region; }
  [[nodiscard]] const ClientSettings& settings() const { return settings_; }

 private:
  struct Call;
  class Attempts;

  Result<Reply> perform(Call call, const std::stop_token& stop) const;
  [[nodiscard]] ServiceState& state_of(const Service& service) const;

  const ClientSettings settings_;
  const ClientParts parts_;
  const std::unique_ptr<ServiceStates> own_states_;  // null: the parts have them
};

}  // namespace livesonic::aws
