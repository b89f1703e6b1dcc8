// SPDX-License-Identifier: Apache-2.0
// What AWS has announced of spot instances, until it is written down with them.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "livesonic/base/clock.h"
#include "livesonic/discovery/cloud_events.h"
#include "livesonic/model/instance.h"

namespace livesonic::discovery {

// How long a notice is shown, and accounts for a departure. An interruption follows its notice in
// minutes; what happens hours after a recommendation has other reasons.
inline constexpr Duration kNoticeHolds = std::chrono::hours{1};

// The notice that the event is; nullopt when it is none. `now` stands in for an event's time that
// isn't there, or lies in the future.
std::optional<Notice> notice_of(const CloudEvent& event, Time now);

// Thread-safe.
class Notices {
 public:
  static constexpr std::size_t kMost = 20000;  // those of the largest fleets; the oldest go first

  void note(const CloudEvent& event, Time now);
  // What the host itself says was announced to it, again and again. True when that is news: nothing
  // as urgent was known.
  bool note(const std::string& instance, Notice notice, Time now);
  // An interruption's where there was one, else the recommendation; not those that hold no more.
  [[nodiscard]] std::optional<Notice> of(const std::string& instance, Time now) const;

 private:
  void drop_surplus(Time now);

  mutable std::mutex mutex_;
  std::map<std::string, Notice> notices_;
};

}  // namespace livesonic::discovery
