// SPDX-License-Identifier: Apache-2.0
// Scores that come by themselves: keeps a stream of serverscore's lines open on each instance that
// is offered to it, has them stored, and says how they go. Where no stream is to be had, whoever
// polls goes on polling.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/model/event.h"
#include "livesonic/model/instance.h"
#include "livesonic/model/reading.h"
#include "livesonic/model/stream_state.h"
#include "livesonic/monitoring/notice_watcher.h"
#include "livesonic/monitoring/score_watcher.h"
#include "livesonic/monitoring/tally.h"
#include "livesonic/remote/remote.h"
#include "livesonic/storage/history.h"

namespace livesonic::monitoring {

// Thread-safe. Does not own what it is given, which must outlive it. What the remote still tells
// after its end is not heard.
class Streamer {
 public:
  struct Parts {
    remote::Remote& remote;
    storage::History& history;
    EventSink& events;
    const Clock& clock;
    Tally* tally = nullptr;            // null: nothing is counted
    ScoreWatcher* watcher = nullptr;   // null: nobody looks between rounds
    NoticeWatcher* notices = nullptr;  // null: nobody cares for what AWS announced
  };

  // `start`: how long a stream may take to its first line.
  Streamer(Parts parts, Duration start);
  ~Streamer();
  Streamer(const Streamer&) = delete;
  Streamer& operator=(const Streamer&) = delete;

  // Writes and retries on a thread of its own, every heartbeat, until destroyed.
  void start();
  // No more ticks of its own; waits for the one that is under way.
  void stop();
  // Does at once what is due; for tests in place of start().
  void tick();

  // serverscore answers there under `score_command`: stream from it. Does nothing where a stream to
  // this host is open or will be tried again by itself.
  void offer(const Instance& instance, const remote::Host& host, const std::string& score_command);
  // Of this cluster nothing but these is to be streamed from.
  void keep_only(const std::string& cluster, const std::set<std::string>& instances);

  // The last score of an instance, if its stream has no gap.
  [[nodiscard]] std::optional<ScoreReading> fresh(const std::string& cluster,
                                                  const std::string& instance) const;
  // Of all that were offered, by cluster and instance.
  [[nodiscard]] std::vector<StreamState> states() const;

 private:
  struct Feed;
  struct Hub;
  class Sink;

  void retry_due();
  void store();
  void show();  // to the watcher
  void tell_notices();

  const Parts parts_;
  const Duration start_;
  const std::shared_ptr<Hub> hub_;  // shared with the sinks, which the remote may keep for longer
  std::jthread thread_;
};

}  // namespace livesonic::monitoring
