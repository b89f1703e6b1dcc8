// SPDX-License-Identifier: Apache-2.0
// Sends what is due until each channel has accepted it: at least once, across restarts. The store
// is the queue, so nothing is lost that was ever decided.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/notify/notifier.h"
#include "livesonic/storage/incidents.h"

namespace livesonic::notify {

// How long to wait after the given number of failed attempts (1 or more): 1 s, doubling, at most
// 5 minutes, times `jitter` of 0.5..1.0 so that many messages don't come back in one moment.
Duration retry_delay(int failed_attempts, double jitter);

// Thread-safe; does not own the store and the clock. Each channel has its own thread, so that one
// that hangs delays no other.
class Outbox {
 public:
  static constexpr Duration kShare = std::chrono::seconds{30};

  Outbox(storage::Incidents& store, std::vector<std::unique_ptr<Notifier>> notifiers,
         const Clock& clock);
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // Begins to send in the background.
  void start();
  // There may be something new to send.
  void wake();
  // Sends what is due now, each message once, on the calling thread; for `livesonic poll --once`.
  // No message of a channel is begun after kShare: a channel that hangs must not keep a command
  // from ending. Returns how many messages remain undelivered.
  Result<std::size_t> send_due();

  [[nodiscard]] std::vector<std::string> channels() const;

 private:
  enum class Sent { kNothing, kSome, kStoreFailed };

  void run(Notifier& notifier, const std::stop_token& stop);
  // Sends the channel's due messages, beginning none after `until`.
  Sent send_due(Notifier& notifier, std::chrono::steady_clock::time_point until,
                const std::stop_token& stop);

  storage::Incidents& store_;
  const std::vector<std::unique_ptr<Notifier>> notifiers_;
  const Clock& clock_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t wakes_ = 0;  // guarded by mutex_
  std::vector<std::jthread> threads_;
};

}  // namespace livesonic::notify
