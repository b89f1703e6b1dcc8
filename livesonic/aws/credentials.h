// SPDX-License-Identifier: Apache-2.0
// Who we are to AWS, and the interface to whatever knows it.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/base/secret.h"

namespace livesonic::aws {

struct Credentials {
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;            // empty for long-term keys
  std::optional<Time> expires_at;  // nullopt: never, as far as anyone knows
  friend bool operator==(const Credentials&, const Credentials&) = default;
};

// kInvalidInput, never quoting a secret, unless the parts can be what they are said to be. `where`
// names their origin for the error: "the environment".
Result<void> check_credentials(const Credentials& credentials, std::string_view where);

// Implementations are thread-safe.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;

  // Credentials good for a request now; may ask a metadata service first. An error says where was
  // looked.
  virtual Result<Credentials> get(const std::stop_token& stop) = 0;

  // AWS said that these have expired: the next get() must not return them from a cache.
  virtual void reject(const Credentials& credentials) = 0;
};

// The keys that the configuration file gives.
class StaticCredentials final : public CredentialSource {
 public:
  explicit StaticCredentials(Credentials credentials) : credentials_(std::move(credentials)) {}
  Result<Credentials> get(const std::stop_token& /*stop*/) override { return credentials_; }
  void reject(const Credentials& /*credentials*/) override {}

 private:
  const Credentials credentials_;
};

}  // namespace livesonic::aws
