// SPDX-License-Identifier: Apache-2.0
// Sends what is due until each channel has accepted it: at least once, across restarts. The store
// is the queue, so nothing is lost that was ever decided. What a channel doesn't accept for too
// long is given up: kept, shown, and told of elsewhere.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/model/channel.h"
#include "livesonic/notify/lane.h"
#include "livesonic/notify/notifier.h"
#include "livesonic/storage/incidents.h"

namespace livesonic::notify {

// What the outbox asks of others; each is called without a lock, from any of its threads.
struct OutboxHooks {
  // Adds the link and the history to a message that is about to be sent.
  std::function<void(Message& message)> complete = [](Message&) {};
  // A channel may have broken, or work again: see states(). Called at the start too, and again when
  // it failed.
  std::function<Result<void>()> channels_changed = [] { return Result<void>{}; };
};

// Thread-safe; does not own the store and the clock. Each channel has its own thread, so that one
// that hangs delays no other.
class Outbox {
 public:
  static constexpr Duration kShare = std::chrono::seconds{30};

  Outbox(storage::Incidents& store, std::vector<Channel> channels, const Clock& clock,
         OutboxHooks hooks = {});
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // Begins to send in the background.
  void start();
  // There may be something new to send.
  void wake();
  // Sends what is due now, each message once, on the calling thread; for `livesonic poll --once`,
  // never after start(). No message of a channel is begun after kShare: a channel that hangs must
  // not keep a command from ending. Returns how many messages remain undelivered.
  Result<std::size_t> send_due();

  [[nodiscard]] std::vector<std::string> channels() const;
  // How each channel does: those that are configured, in their order, and then those that messages
  // are kept for all the same.
  [[nodiscard]] Result<std::vector<ChannelState>> states() const;

  // Sends a message that says that it is a test, past the outbox; kNotFound for an unknown channel.
  // A channel that keeps incidents open is also told that it is over.
  Result<ChannelTest> test(const std::string& channel, const std::stop_token& stop = {});
  // A message that was given up is due again.
  Result<Delivery> retry(const std::string& delivery);

 private:
  enum class Sent { kNothing, kSome, kStoreFailed };

  void run(Lane& lane, const std::stop_token& stop);
  // Sends the channel's due messages, beginning none after `until`.
  Sent send_due(Lane& lane, std::chrono::steady_clock::time_point until,
                const std::stop_token& stop);
  Result<void> note(Lane& lane, const Delivery& delivery, const Accepted& accepted);
  Accepted deliver(Lane& lane, const Delivery& delivery, const std::stop_token& stop);
  void refresh(Lane& lane, const std::stop_token& stop);
  [[nodiscard]] Duration next_wait(Lane& lane, Sent sent) const;
  void tell_of_channels();

  storage::Incidents& store_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  const Clock& clock_;
  const OutboxHooks hooks_;
  std::atomic<bool> changed_channels_ = true;  // hooks_.channels_changed is to be called

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t wakes_ = 0;  // guarded by mutex_
  std::vector<std::jthread> threads_;
};

}  // namespace livesonic::notify
