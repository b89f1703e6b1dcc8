// SPDX-License-Identifier: Apache-2.0
// The places where AWS's own tools look for credentials, in their order: the environment, the
// shared files' profile, the container's role, the instance's role.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include "livesonic/aws/credentials.h"
#include "livesonic/aws/environment.h"
#include "livesonic/aws/http.h"
#include "livesonic/base/clock.h"

namespace livesonic::aws {

// Thread-safe. Looks at the first get(), and again well before what it found expires (files: every
// few minutes, so that rotated keys are noticed). One caller looks; the others go on with what
// there is, or wait. When looking again fails, what was found before is used until it expires.
class CredentialChain final : public CredentialSource {
 public:
  // A `profile` that is not empty goes before the environment's keys. `transport` and `clock` must
  // outlive the chain.
  CredentialChain(std::string profile, Environment environment, Transport& transport,
                  const Clock& clock);

  Result<Credentials> get(const std::stop_token& stop) override;
  void reject(const Credentials& credentials) override;

 private:
  Result<Credentials> look(const std::stop_token& stop) const;
  Result<std::optional<Credentials>> look_in_environment() const;
  Result<std::optional<Credentials>> look_in_profile(std::string& looked_in) const;
  Result<Credentials> look_at_instance(const std::string& looked_in,
                                       const std::stop_token& stop) const;
  [[nodiscard]] bool usable(Time now) const;

  const std::string profile_;
  const Environment environment_;
  Transport& transport_;
  const Clock& clock_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Credentials> found_;
  Time look_again_{};
  bool looking_ = false;
};

}  // namespace livesonic::aws
