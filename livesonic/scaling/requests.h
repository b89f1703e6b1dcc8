// SPDX-License-Identifier: Apache-2.0
// What a balancer's requests, as CloudWatch counts them, say of a cluster's load. CloudWatch is one
// to three minutes late, its newest minute still grows, and minutes without requests have no count
// at all. Pure: time and counts are given.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/model/scaling.h"
#include "livesonic/scaling/bounds.h"
#include "livesonic/scaling/controllers.h"

namespace livesonic::scaling {

struct MinuteCount {
  Time minute{};  // where it begins
  double requests = 0;
  friend bool operator==(const MinuteCount&, const MinuteCount&) = default;
};

struct RequestRecord {
  std::string source;               // the metric, in words
  std::vector<MinuteCount> counts;  // by time, each minute once
  // Minutes of which CloudWatch said something else of the same balancer: without a count, they had
  // no requests. By time.
  std::vector<Time> reported;
  std::string missing;  // why it could not be asked; empty: it was
};

struct RequestMinutes {
  std::vector<MinuteCount> whole;    // those that don't change any more, by time
  std::optional<MinuteCount> grows;  // the newest beyond those: so many already
};

// A minute is whole a minute after its end, and the newest that there is three minutes after it.
// Minutes of which nothing is known are left out.
RequestMinutes minutes_of(const RequestRecord& record, Time now);

// So old, at most, the end of the last whole minute may be: CloudWatch being three minutes late,
// one minute until the newest is whole, one between two looks, and two to spare.
inline constexpr Duration kRequestsFresh = std::chrono::minutes{7};

// How many instances a cluster's requests want, minute by minute. What is launched by a count that
// is two minutes old serves two minutes later than it should: as if all booted so much longer. Not
// thread-safe.
class RequestLoad {
 public:
  // The policy must have requests_per_instance.
  explicit RequestLoad(const ScalingPolicy& policy);

  struct Members {
    int serving = 0;
    int owned = 0;  // with those that boot
  };

  // Learns from each whole minute once, so that the first record may be of weeks; gaps of up to an
  // hour are bridged with the last value. How many there should be, by `bounds`, those that hold
  // when an instance launched now would serve; none while the requests aren't known.
  std::optional<int> next(const RequestRecord& record, const Members& members, const Bounds& bounds,
                          Time now);

  [[nodiscard]] const RequestsSeen& seen() const { return seen_; }
  [[nodiscard]] const Wish& wish() const { return controller_.wish(); }
  // In instances.
  [[nodiscard]] double load() const { return seen_.per_minute / seen_.target; }
  // So many are needed by what came in a minute that isn't over, without waiting for its end.
  [[nodiscard]] int already() const { return already_; }
  // Where the last whole minute ended that it knows.
  [[nodiscard]] std::optional<Time> known_until() const { return known_until_; }

 private:
  void learn(const RequestMinutes& minutes, const Members& members, const Bounds& bounds);
  void pass(const Members& members, const Bounds& bounds);

  ScalingPolicy policy_;
  OwnController controller_;
  Timetable timetable_;
  RequestsSeen seen_;
  std::optional<Time> known_until_;
  int wanted_ = 0;
  int already_ = 0;
};

}  // namespace livesonic::scaling
