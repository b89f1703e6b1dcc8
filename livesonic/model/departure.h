// SPDX-License-Identifier: Apache-2.0
// Why an instance is no longer part of its cluster. Plain value.
#pragma once

#include <string>
#include <string_view>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic {

enum class DepartureReason {
  kScaleIn,           // its group was made smaller
  kInstanceRefresh,   // its group replaces its instances
  kDeploy,            // instances of another image, template or task definition took its place
  kSpotInterruption,  // AWS took the spot capacity back
  kRebalance,         // its group moved capacity: to calmer spot capacity, or between zones
  kHealthReplaced,    // its group or service found it unhealthy
  kTerminatedByUser,  // somebody, or a program of theirs, had it terminated
  kStopped,           // it was stopped, or stopped itself
  kDeregistered,      // it runs on, but is no member any more
  kClusterRemoved,    // the cluster itself is no longer watched
  kUnexplained,       // nothing that AWS says accounts for it: the only reason that is news
};

struct Departure {
  DepartureReason reason = DepartureReason::kUnexplained;
  std::string detail;  // what AWS said, in a sentence for people
  Time at{};           // when it was noticed
  friend bool operator==(const Departure&, const Departure&) = default;
};

std::string_view to_string(DepartureReason reason);  // "scale_in", "unexplained", …
Result<DepartureReason> parse_departure_reason(std::string_view text);
// The reason in words: "scaled in", "terminated by a user", …
std::string_view in_words(DepartureReason reason);

}  // namespace livesonic
