// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/worker_pool.h"

#include <utility>

namespace livesonic {

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_limit) : queue_limit_(queue_limit) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
  }
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
}

bool WorkerPool::submit(Work work) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= queue_limit_) return false;
    queue_.push_back(std::move(work));
  }
  changed_.notify_one();
  return true;
}

bool WorkerPool::settle(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  queue_.clear();
  return changed_.wait_for(lock, patience, [&] { return under_way_ == 0; });
}

void WorkerPool::run(const std::stop_token& stop) {
  for (;;) {
    Work work;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [&] { return !queue_.empty(); })) return;
      work = std::move(queue_.front());
      queue_.pop_front();
      ++under_way_;
    }
    work(stop);
    work = nullptr;
    const std::lock_guard lock(mutex_);
    --under_way_;
    if (stopping_) changed_.notify_all();
  }
}

}  // namespace livesonic
