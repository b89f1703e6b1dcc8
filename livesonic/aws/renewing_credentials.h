// SPDX-License-Identifier: Apache-2.0
// Keeps credentials that were expensive to get, and gets new ones before they expire.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "livesonic/aws/credentials.h"
#include "livesonic/base/clock.h"

namespace livesonic::aws {

// When to look for new credentials.
struct RenewalTimes {
  Time advised;  // from here on one caller looks, and the others go on with what there is
  Time needed;   // from here on all wait for the one who looks
};

// Fifteen and ten minutes before they expire, as botocore does it; no sooner than when half and two
// thirds of their time is over, for those that last only some minutes. Credentials without an end
// are looked at every five minutes, since keys in files are rotated. Pure.
RenewalTimes renewal_times(const Credentials& credentials, Time now);

// Thread-safe. Looks at the first get(). One caller looks at a time. When that fails, what was
// found before is used until it expires, and it is tried again every minute.
class RenewingCredentials final : public CredentialSource {
 public:
  using Look = std::function<Result<Credentials>(const std::stop_token&)>;

  // `account` is whose they are, for the log. `clock` must outlive it.
  RenewingCredentials(std::string account, Look look, const Clock& clock);

  Result<Credentials> get(const std::stop_token& stop) override;
  void reject(const Credentials& credentials) override;

 private:
  [[nodiscard]] bool usable(Time now) const;
  Result<Credentials> finish(const Result<Credentials>& result);

  const std::string account_;
  const Look look_;
  const Clock& clock_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<Credentials> found_;
  RenewalTimes times_{};
  Time not_before_{};  // the next look, after a failed one
  bool looking_ = false;
  std::uint64_t looks_ = 0;     // how many have ended
  std::optional<Error> error_;  // of the last look
};

}  // namespace livesonic::aws
