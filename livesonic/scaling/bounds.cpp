// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/bounds.h"

#include <algorithm>

namespace livesonic::scaling {
namespace {

// Sets `into` to what the entry says, if that came later than what is there.
template <typename Into, typename Value>
bool take(const std::optional<Value>& said, Time when, std::optional<Time>& latest, Into& into) {
  if (!said || (latest && *latest > when)) return false;
  latest = when;
  into = *said;
  return true;
}

}  // namespace

Bounds bounds_at(const ScalingPolicy& policy, Time time) {
  Bounds bounds{.min = policy.min,
                .max = policy.max,
                .target_score = policy.target_score,
                .spot_max_price = policy.spot.max_price,
                .spot_max_price_percent = policy.spot.max_price_percent,
                .min_since = {}};
  std::optional<Time> min;
  std::optional<Time> max;
  std::optional<Time> score;
  std::optional<Time> price;
  std::optional<Time> percent;
  for (const TimetableEntry& entry : policy.timetable) {
    const auto when = entry.at.last_until(time);
    if (!when) continue;
    if (take(entry.min, *when, min, bounds.min)) bounds.min_since = entry.at.text();
    take(entry.max, *when, max, bounds.max);
    take(entry.target_score, *when, score, bounds.target_score);
    take(entry.spot_max_price, *when, price, bounds.spot_max_price);
    take(entry.spot_max_price_percent, *when, percent, bounds.spot_max_price_percent);
  }
  bounds.max = std::max(bounds.max, bounds.min);
  return bounds;
}

const Bounds& Timetable::at(Time time) {
  if (holds_until_ && time < *holds_until_) return bounds_;
  bounds_ = bounds_at(policy_, time);
  holds_until_ = Time::max();
  for (const TimetableEntry& entry : policy_.timetable) {
    if (const auto next = entry.at.next_after(time)) holds_until_ = std::min(*holds_until_, *next);
  }
  return bounds_;
}

}  // namespace livesonic::scaling
