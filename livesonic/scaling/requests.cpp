// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "livesonic/base/time_text.h"

namespace livesonic::scaling {
namespace {

using namespace std::chrono_literals;

constexpr Duration kWholeAfter = 1min;
constexpr Duration kNewestWholeAfter = 3min;
// From the end of a minute until it is whole and asked for.
constexpr Duration kLate = 2min;
constexpr Duration kBridged = 1h;
constexpr const char* kNone = "CloudWatch has counted none yet";
constexpr double kMostInstances = 1e6;

ScalingPolicy as_if_booting_longer(ScalingPolicy policy) {
  policy.warmup += kLate;
  return policy;
}

}  // namespace

RequestMinutes minutes_of(const RequestRecord& record, Time now) {
  std::map<Time, double> known;
  for (const Time minute : record.reported) known.emplace(minute, 0);
  for (const MinuteCount& count : record.counts) {
    known[count.minute] = std::isfinite(count.requests) ? std::max(0.0, count.requests) : 0;
  }
  RequestMinutes minutes;
  if (known.empty()) return minutes;
  const Time newest = known.rbegin()->first;
  for (const auto& [minute, requests] : known) {
    const Duration after = minute == newest ? kNewestWholeAfter : kWholeAfter;
    if (minute + 1min + after <= now) {
      minutes.whole.push_back({minute, requests});
    } else {
      minutes.grows = {minute, std::max(requests, minutes.grows ? minutes.grows->requests : 0)};
    }
  }
  return minutes;
}

RequestLoad::RequestLoad(const ScalingPolicy& policy)
    : policy_(as_if_booting_longer(policy)), controller_(policy_), timetable_(policy_) {
  seen_.target = policy.requests_per_instance.value_or(1);
  seen_.missing = kNone;
}

void RequestLoad::pass(const Members& members, const Bounds& bounds) {
  wanted_ = controller_.next({.load = seen_.per_minute,
                              .capacity = seen_.target,
                              .serving = members.serving,
                              .owned = members.owned,
                              .min = bounds.min,
                              .max = bounds.max});
}

void RequestLoad::learn(const RequestMinutes& minutes, const Members& members,
                        const Bounds& bounds) {
  for (const MinuteCount& one : minutes.whole) {
    if (known_until_ && one.minute < *known_until_) continue;
    if (known_until_ && one.minute - *known_until_ <= kBridged) {
      for (; *known_until_ < one.minute; *known_until_ += 1min) {
        pass(members, timetable_.at(*known_until_ + policy_.warmup));
      }
    }
    known_until_ = one.minute + 1min;
    seen_.at = one.minute;
    seen_.per_minute = one.requests;
    const bool last = one == minutes.whole.back();
    pass(members, last ? bounds : timetable_.at(one.minute + policy_.warmup));
  }
}

std::optional<int> RequestLoad::next(const RequestRecord& record, const Members& members,
                                     const Bounds& bounds, Time now) {
  const RequestMinutes minutes = minutes_of(record, now);
  learn(minutes, members, bounds);
  if (!record.source.empty()) seen_.source = record.source;
  seen_.per_instance = seen_.per_minute / std::max(1, members.serving);
  if (!known_until_) {
    seen_.missing = record.missing.empty() ? kNone : record.missing;
    return std::nullopt;
  }
  const Duration age = now - *known_until_;
  if (age > kRequestsFresh || age < -1min) {
    seen_.missing = fmt::format("CloudWatch's last count is that of {}", to_iso8601(*seen_.at));
    if (!record.missing.empty()) seen_.missing += ": " + record.missing;
    return std::nullopt;
  }
  seen_.missing.clear();
  already_ = 0;
  if (minutes.grows) {
    const double needed = std::min(minutes.grows->requests / seen_.target, kMostInstances);
    already_ = std::min(static_cast<int>(std::ceil(needed - 1e-9)), bounds.max);
  }
  return std::clamp(std::max(wanted_, already_), bounds.min, bounds.max);
}

}  // namespace livesonic::scaling
