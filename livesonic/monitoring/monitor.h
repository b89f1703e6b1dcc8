// SPDX-License-Identifier: Apache-2.0
// The heart beat: polls every cluster when it is due, until stopped.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "livesonic/base/clock.h"
#include "livesonic/base/random.h"
#include "livesonic/base/worker_pool.h"
#include "livesonic/monitoring/poller.h"
#include "livesonic/monitoring/schedule.h"
#include "livesonic/storage/inventory.h"

namespace livesonic::monitoring {

// Thread-safe. Polls on its own schedule once start() was called; poll_now() works without, too.
// The destructor stops and waits; polls that are under way are given up, not finished.
class Monitor {
 public:
  Monitor(Poller& poller, storage::Inventory& inventory, const Clock& clock, Duration interval,
          Random random = random_unit);
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  void start();

  // Gives up the polls that are under way, soon; those asked for later fail with kUnavailable.
  void stop();

  // Clusters were added or removed: look again at which there are.
  void clusters_changed();

  // Polls the cluster on the calling thread and returns what came of it. When a poll of it is under
  // way it is waited for first, so that the result is of after the call.
  Result<PollResult> poll_now(const std::string& cluster);

  // Polls the cluster soon, on another thread, before it is due; once, however often it is asked
  // for meanwhile, and not more often than every kHaste.
  static constexpr Duration kHaste = std::chrono::seconds{5};
  void poll_soon(const std::string& cluster);

  // Looks again at who is in the cluster, soon and on another thread, without asking its hosts:
  // nothing is judged before the next poll. Then `done` is called with why it failed, if it did; a
  // stop may come before.
  void refresh_soon(const std::string& cluster, std::function<void(Result<void>)> done);

 private:
  void run(const std::stop_token& stop);
  Result<void> refresh(const std::string& cluster);
  void poll_on_schedule(const std::string& cluster, Time due);
  // One poll of a cluster at a time.
  std::shared_ptr<std::mutex> turn(const std::string& cluster);

  Poller& poller_;
  storage::Inventory& inventory_;
  const Clock& clock_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  Schedule schedule_;
  bool reread_ = true;  // the clusters may have changed
  bool woken_ = false;  // there is something to look at before the wait is over
  std::map<std::string, std::shared_ptr<std::mutex>> turns_;
  std::map<std::string, std::string> told_;  // the last failure logged for a cluster
  std::map<std::string, Time> hastened_;     // when a poll was last asked for before its time

  std::stop_source stop_;
  WorkerPool pool_;
  std::jthread thread_;
};

}  // namespace livesonic::monitoring
