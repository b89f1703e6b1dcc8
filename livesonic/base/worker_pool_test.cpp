// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <latch>

#include "livesonic/base/bounded_queue.h"

namespace livesonic {
namespace {

TEST(WorkerPool, runs_what_it_is_given) {
  WorkerPool pool(2, 100);
  std::latch done(10);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(pool.submit([&](const std::stop_token&) { done.count_down(); }));
  }
  done.wait();
}

TEST(WorkerPool, refuses_work_beyond_its_queue) {
  std::latch begun(1);
  std::latch release(1);
  WorkerPool pool(1, 1);
  ASSERT_TRUE(pool.submit([&](const std::stop_token&) {
    begun.count_down();
    release.wait();
  }));
  begun.wait();
  EXPECT_TRUE(pool.submit([](const std::stop_token&) {}));
  EXPECT_FALSE(pool.submit([](const std::stop_token&) {}));
  release.count_down();
}

TEST(WorkerPool, asks_running_work_to_stop_when_it_ends) {
  std::latch begun(1);
  std::atomic<bool> asked = false;
  {
    WorkerPool pool(1, 1);
    ASSERT_TRUE(pool.submit([&](const std::stop_token& stop) {
      begun.count_down();
      while (!stop.stop_requested()) std::this_thread::yield();
      asked = true;
    }));
    begun.wait();
  }
  EXPECT_TRUE(asked);
}

TEST(WorkerPool, tells_whether_its_work_came_to_an_end) {
  std::latch begun(1);
  std::latch release(1);
  WorkerPool pool(1, 2);
  ASSERT_TRUE(pool.submit([&](const std::stop_token&) {
    begun.count_down();
    release.wait();
  }));
  begun.wait();
  EXPECT_FALSE(pool.settle(std::chrono::milliseconds{0}));
  EXPECT_FALSE(pool.submit([](const std::stop_token&) {}));
  release.count_down();
  EXPECT_TRUE(pool.settle(std::chrono::minutes{1}));
}

TEST(BoundedQueue, hands_over_all_there_is_and_refuses_more_than_it_holds) {
  BoundedQueue<int> queue(2);
  EXPECT_TRUE(queue.try_push(1));
  EXPECT_TRUE(queue.try_push(2));
  EXPECT_FALSE(queue.try_push(3));
  EXPECT_EQ(queue.pop_all(std::chrono::steady_clock::now()), (std::vector<int>{1, 2}));
  queue.close();
  EXPECT_FALSE(queue.try_push(4));
  EXPECT_TRUE(queue.pop_all(std::chrono::steady_clock::time_point::max()).empty());
}

}  // namespace
}  // namespace livesonic
