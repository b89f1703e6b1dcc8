// SPDX-License-Identifier: Apache-2.0
// Listens on a queue that AWS's events come in, and has the clusters that they concern looked at
// at once, so that a change is known in seconds. It replaces no poll: what a lost message would
// have told is seen at the next one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "livesonic/aws/sqs.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/discovery/cloud_events.h"
#include "livesonic/discovery/event_backlog.h"
#include "livesonic/model/event_queue.h"

namespace livesonic::discovery {

// What is done with an event. Thread-safe.
class EventTarget {
 public:
  virtual ~EventTarget() = default;
  // Takes note of what it says, and tells which clusters it concerns; none for most. Only the
  // store's failures are errors: then the event comes again.
  virtual Result<std::set<std::string>> heard(const CloudEvent& event) = 0;
  // Has the cluster looked at, on another thread, and then says whether all went well. When it is
  // being stopped it may never say.
  virtual void refresh(const std::string& cluster, std::function<void(bool well)> done) = 0;
};

// Thread-safe, but for start() and the destructor; borrows what it is given. A message is deleted
// only when it was acted on, and comes again otherwise. What can't be read is left for the queue's
// dead-letter queue; where there is none it is dropped when it has come kDropAfter times.
class EventQueue {
 public:
  static constexpr int kDropAfter = 20;
  // How long a message stays hidden while it is acted on: a look takes as long as the poll that it
  // waits for, and its own calls.
  static constexpr std::chrono::seconds kHidden{120};
  static constexpr Duration kLongestBackoff = std::chrono::minutes{1};

  // `pause` is the least that is waited after a failure; it doubles up to kLongestBackoff.
  EventQueue(const aws::Sqs& sqs, EventTarget& target, const Clock& clock, std::string account,
             std::string queue_url, Duration pause = std::chrono::seconds{1});
  // Stops and waits; what was not acted on will come again.
  ~EventQueue();
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;

  void start();
  void stop() { thread_.request_stop(); }

  [[nodiscard]] EventQueueState state() const;

 private:
  // What looks that ended have to say; outlives the queue, since they may end later.
  struct Mailbox {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::vector<std::pair<std::string, bool>> finished;
  };

  void run(const std::stop_token& stop);
  void receive(const std::stop_token& stop);
  void take(const aws::SqsMessage& message);
  void look(const std::stop_token& stop);
  void remove_done(const std::stop_token& stop);
  [[nodiscard]] std::chrono::seconds patience() const;
  // Waits, less when a look ends.
  void rest(Duration wait, const std::stop_token& stop);
  void failed(const Error& error, const std::stop_token& stop);

  const aws::Sqs& sqs_;
  EventTarget& target_;
  const Clock& clock_;
  const Duration pause_;
  const std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();

  // Of the thread alone.
  EventBacklog backlog_;
  Duration backoff_{};
  std::vector<std::string> doomed_;  // receipts of what is to be deleted

  mutable std::mutex mutex_;  // guards state_
  EventQueueState state_;

  std::jthread thread_;
};

// The region that a queue's URL is of: "ap-northeast-1" for
// "https://sqs.ap-northeast-1.amazonaws.com/123456789012/events"; empty when it doesn't say.
std::string region_of_queue(std::string_view url);

}  // namespace livesonic::discovery
