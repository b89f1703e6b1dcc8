// SPDX-License-Identifier: Apache-2.0
// What is due when. Pure: the time and the randomness are passed in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/random.h"

namespace livesonic::monitoring {

// When each cluster is polled: a new one at once, then once in every `interval`. Each cluster has a
// beat of its own, counted from the starts of its polls so that a slow poll does not make the next
// one late, and each poll is up to a twentieth of the interval before or after it: neither clusters
// nor several of us fall into step.
//
// Clusters that come together, as after a start, have their first polls within the interval's first
// tenth; from the second ones on they are spread over all of it. For that the gap between the two
// is between a half and one and a half intervals, once.
//
// A poll that is still running when the next is due delays it; intervals missed that way are not
// made up for. A clock that is set back stops nothing. Not thread-safe.
class Schedule {
 public:
  Schedule(Duration interval, Random random) : interval_(interval), random_(std::move(random)) {}

  // The clusters there are now; those that went are forgotten.
  void set_clusters(const std::vector<std::string>& names, Time now);

  // Those due and not running, in order of their due time; they count as started at `now`.
  std::vector<std::string> start_due(Time now);

  void finished(const std::string& name);

  // When start_due will next have something, if no poll finishes before; nullopt with nothing to
  // do.
  [[nodiscard]] std::optional<Time> next_due() const;

 private:
  struct Entry {
    Time due{};   // near the beat
    Time beat{};  // of the poll that comes next
    std::optional<Time> second;
    bool running = false;
  };
  void to_next_beat(Entry& entry, Time now);

  Duration interval_;
  Random random_;
  std::map<std::string, Entry> entries_;
  bool first_ = true;
};

}  // namespace livesonic::monitoring
