// SPDX-License-Identifier: Apache-2.0
// One thread that waits for thousands of sockets and deadlines at once (epoll) and runs what other
// threads post to it. Level-triggered: whoever watches a descriptor must drain it or stop watching.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "livesonic/base/result.h"

namespace livesonic::remote {

using SteadyTime = std::chrono::steady_clock::time_point;

// post() and stop() are thread-safe; everything else belongs to the thread inside run().
class EventLoop {
 public:
  using Task = std::function<void()>;
  using Token = std::uint64_t;

  class Handler {
   public:
    virtual ~Handler() = default;
    // The watched descriptor has `events` (EPOLL…), or, when 0, the wake-up time has come.
    virtual void on_wake(std::uint32_t events) = 0;
  };

  // An error when the kernel gives no more descriptors.
  static Result<std::shared_ptr<EventLoop>> create();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // False when the loop has ended: the task will not run. A task whose post succeeded always runs.
  [[nodiscard]] bool post(Task task);
  // Serves until stop(), then runs what is still posted and returns.
  void run();
  void stop();

  // A handler has at most one descriptor and one wake-up time. It must be removed before it goes.
  Token add(Handler& handler);
  void remove(Token token);
  // In place of the descriptor watched before, which must still be open.
  void watch(Token token, int descriptor, std::uint32_t events);
  void unwatch(Token token);
  // To be called instead of unwatch() when somebody else has closed the descriptor already: its
  // number may belong to another file by now.
  void forget_descriptor(Token token);
  void wake_at(Token token, std::optional<SteadyTime> time);

 private:
  struct Entry {
    Handler* handler = nullptr;
    int descriptor = -1;
    std::uint32_t events = 0;
    std::optional<SteadyTime> wake;
  };

  EventLoop(int epoll, int bell) : epoll_(epoll), bell_(bell) {}
  void ring() const;
  int wait_ms() const;
  void wake_due();
  void run_posted();

  const int epoll_;
  const int bell_;  // an eventfd that ends the wait
  Token last_token_ = 0;
  std::unordered_map<Token, Entry> entries_;
  std::set<std::pair<SteadyTime, Token>> wakes_;

  std::mutex mutex_;
  std::vector<Task> posted_;
  bool stopping_ = false;
  bool closed_ = false;
};

}  // namespace livesonic::remote
