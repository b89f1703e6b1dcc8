// SPDX-License-Identifier: Apache-2.0
// Which messages wait for which clusters to be looked at: the book-keeping of event_queue.h. Pure:
// the time is passed in.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"

namespace livesonic::discovery {

// A message is done with when each cluster that it concerns has been looked at, by a look that
// began after the message had come. Many messages about a cluster are one look. Not thread-safe.
class EventBacklog {
 public:
  // The least time between the beginnings of two looks at a cluster: what a deploy's hundreds of
  // messages may cost.
  static constexpr Duration kApart = std::chrono::seconds{5};
  // AWS's answers lag behind its events: a cluster is looked at once more, so long after.
  static constexpr Duration kSettled = std::chrono::seconds{15};
  // No more messages should be taken while there are so many.
  static constexpr std::size_t kMost = 1000;
  // How many of the last events are remembered, to know them when they come twice.
  static constexpr std::size_t kRemembered = 10000;

  enum class Taken {
    kNew,      // it waits for its clusters; done with already when there are none
    kWaiting,  // it has come a second time while it waits: now by this receipt
    kDone,     // it was done with before
  };
  // `event` is the same for each copy of an event; `receipt` is what it takes to delete this one.
  Taken add(const std::string& event, const std::string& receipt,
            const std::set<std::string>& clusters, Time now);

  // The clusters to be looked at now; they count as begun.
  std::vector<std::string> start_due(Time now);
  // When not all went well, the messages that waited for it are forgotten: they will come again.
  void finished(const std::string& cluster, bool well, Time now);

  // The receipts of messages that are done with; each is told once.
  std::vector<std::string> take_done();

  [[nodiscard]] bool full() const { return waiting_.size() >= kMost; }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  [[nodiscard]] bool looking() const;
  // When start_due will next have something; nullopt: when nothing more comes, never.
  [[nodiscard]] std::optional<Time> next_due() const;

 private:
  struct Message {
    std::string receipt;
    std::set<std::string> clusters;  // still to be looked at
  };
  struct Look {
    std::optional<Time> due;
    Time begun{};  // the last one
    bool running = false;
    std::set<std::string> waiting;  // events that the next look is for
    std::set<std::string> served;   // events that the running one is for
  };

  void remember(const std::string& event);
  void forget(const std::string& event);

  std::map<std::string, Message> waiting_;  // by event
  std::map<std::string, Look> looks_;       // by cluster
  std::vector<std::string> done_;
  std::set<std::string> remembered_;
  std::deque<std::string> in_order_;
};

}  // namespace livesonic::discovery
