// SPDX-License-Identifier: Apache-2.0
// A few threads for work that waits: AWS calls, database writes, mail.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace livesonic {

// Thread-safe. Work is given a stop token and must return soon after a stop is requested. An
// exception that leaves the work ends the program: work reports its errors itself.
class WorkerPool {
 public:
  using Work = std::function<void(std::stop_token)>;

  WorkerPool(std::size_t threads, std::size_t queue_limit);
  // Requests a stop, drops what has not begun and waits for what has.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when the queue is full or the pool is stopping: the work will not run.
  [[nodiscard]] bool submit(Work work);
  // Drops what has not begun and takes no more; true once nothing is under way, so that the
  // destructor will not wait, and false when that takes longer than `patience`.
  [[nodiscard]] bool settle(std::chrono::milliseconds patience);

 private:
  void run(const std::stop_token& stop);

  const std::size_t queue_limit_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Work> queue_;
  std::size_t under_way_ = 0;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace livesonic
