// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/renewing_credentials.h"

#include <algorithm>
#include <utility>

#include "livesonic/base/log.h"

namespace livesonic::aws {
namespace {

constexpr Duration kAdvisedBefore = std::chrono::minutes{15};
constexpr Duration kNeededBefore = std::chrono::minutes{10};
constexpr Duration kLookAtFilesEvery = std::chrono::minutes{5};
constexpr Duration kTryAgainAfter = std::chrono::minutes{1};

}  // namespace

RenewalTimes renewal_times(const Credentials& credentials, Time now) {
  if (!credentials.expires_at) {
    return {.advised = now + kLookAtFilesEvery, .needed = Time::max()};
  }
  const Time end = *credentials.expires_at;
  const Duration left = std::max(end - now, Duration::zero());
  // Never at once: a metadata service in trouble may hand out expired credentials, which AWS then
  // accepts.
  const Time soonest = now + kTryAgainAfter;
  return {.advised = std::max(end - std::min(kAdvisedBefore, left / 2), soonest),
          .needed = std::max(end - std::min(kNeededBefore, left / 3), soonest)};
}

RenewingCredentials::RenewingCredentials(std::string account, Look look, const Clock& clock)
    : account_(std::move(account)), look_(std::move(look)), clock_(clock) {}

bool RenewingCredentials::usable(Time now) const {
  return found_ && (!found_->expires_at || now < *found_->expires_at || now < times_.advised);
}

Result<Credentials> RenewingCredentials::get(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const std::uint64_t looks_before = looks_;
  for (;;) {
    const Time now = clock_.now();
    const bool fresh = usable(now) && (now < times_.advised || now < not_before_);
    if (fresh || (usable(now) && looking_ && now < times_.needed)) return *found_;
    if (stop.stop_requested()) return fail(ErrorKind::kUnavailable, "stopped");
    if (!looking_) break;
    changed_.wait(lock, stop, [&] { return !looking_; });
    // Whoever looked has looked for us too; a stop of theirs is none of ours.
    if (looks_ != looks_before && error_ && !usable(clock_.now())) return fail(*error_);
  }

  looking_ = true;
  lock.unlock();
  const Result<Credentials> result = look_(stop);
  lock.lock();
  looking_ = false;
  changed_.notify_all();
  if (!result && stop.stop_requested()) return result;
  return finish(result);
}

Result<Credentials> RenewingCredentials::finish(const Result<Credentials>& result) {
  const Time now = clock_.now();
  ++looks_;
  if (result) {
    error_.reset();
    found_ = *result;
    times_ = renewal_times(*result, now);
    not_before_ = Time{};
    return result;
  }
  error_ = result.error();
  if (!usable(now)) return result;
  not_before_ = now + kTryAgainAfter;
  log::warning("the AWS credentials of '{}' can't be renewed, going on with those there are: {}",
               account_, result.error().message);
  return *found_;
}

void RenewingCredentials::reject(const Credentials& credentials) {
  const std::lock_guard lock(mutex_);
  if (found_ == credentials) found_.reset();
}

}  // namespace livesonic::aws
