// SPDX-License-Identifier: Apache-2.0
// What is due when. Pure: the time is passed in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"

namespace livesonic::monitoring {

// When each cluster is polled: a new one at once, then every `interval`, counted from the starts of
// its polls so that a slow poll does not make the next one late. A poll that is still running when
// the next is due delays it; intervals missed that way are not made up for. The first polls after a
// start are spread over the interval's first tenth, so that many clusters don't begin in one
// moment. A clock that is set back stops nothing. Not thread-safe.
class Schedule {
 public:
  explicit Schedule(Duration interval) : interval_(interval) {}

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
    Time due{};
    bool running = false;
  };
  Duration interval_;
  std::map<std::string, Entry> entries_;
  bool first_ = true;
};

}  // namespace livesonic::monitoring
