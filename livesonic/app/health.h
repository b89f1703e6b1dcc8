// SPDX-License-Identifier: Apache-2.0
// Does Livesonic really work? Asked before each beat of the heartbeat and of systemd's watchdog.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/storage/store.h"

namespace livesonic::app {

// Thread-safe; `store` must outlive it.
class Health {
 public:
  using At = std::chrono::steady_clock::time_point;

  Health(storage::Store& store, const Clock& clock, Duration poll_interval)
      : store_(store), clock_(clock), patience_(3 * poll_interval + std::chrono::minutes{2}) {}

  // A round of polls of the cluster has been judged and stored.
  void round_finished(const std::string& cluster, At now = std::chrono::steady_clock::now());

  // The store can be written to, and each cluster has had a round within three poll intervals and
  // two minutes; else what is wrong.
  Result<void> check(At now = std::chrono::steady_clock::now());

 private:
  storage::Store& store_;
  const Clock& clock_;
  const Duration patience_;
  std::mutex mutex_;
  // By cluster: the last round, or when the cluster was first seen here. Guarded by mutex_.
  std::map<std::string, At> rounds_;
};

}  // namespace livesonic::app
