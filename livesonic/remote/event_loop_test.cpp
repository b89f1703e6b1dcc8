// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/event_loop.h"

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <thread>
#include <vector>

namespace livesonic::remote {
namespace {

using std::chrono::milliseconds;

struct Handler final : EventLoop::Handler {
  std::function<void(std::uint32_t)> wake;
  void on_wake(std::uint32_t events) override { wake(events); }
};

TEST(EventLoop, runs_what_is_posted_in_order_until_stopped) {
  const auto loop = EventLoop::create().value();
  std::vector<int> ran;
  std::thread thread([&] { loop->run(); });
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(loop->post([&ran, i] { ran.push_back(i); }));
  ASSERT_TRUE(loop->post([&] {
    loop->stop();
    EXPECT_TRUE(loop->post([&] { ran.push_back(100); }));  // posted is promised
  }));
  thread.join();
  ASSERT_EQ(ran.size(), 101U);
  EXPECT_EQ(ran.back(), 100);
  EXPECT_FALSE(loop->post([] {}));
}

TEST(EventLoop, wakes_handlers_for_their_descriptor_and_their_time) {
  const auto loop = EventLoop::create().value();
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  Handler handler;
  const EventLoop::Token token = loop->add(handler);
  const auto begin = std::chrono::steady_clock::now();
  int timed = 0;
  int ready = 0;
  handler.wake = [&](std::uint32_t events) {
    if (events == 0) {
      ++timed;
      EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds{20});
      ASSERT_EQ(write(ends[1], "x", 1), 1);
    } else {
      ++ready;
      loop->remove(token);
      loop->stop();
    }
  };
  loop->watch(token, ends[0], EPOLLIN);
  loop->wake_at(token, begin + milliseconds{50});
  loop->wake_at(token, begin + milliseconds{20});
  loop->run();
  EXPECT_EQ(timed, 1);
  EXPECT_EQ(ready, 1);
  close(ends[0]);
  close(ends[1]);
}

TEST(EventLoop, a_handler_removed_by_another_of_the_same_round_is_not_woken) {
  const auto loop = EventLoop::create().value();
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  const int copy = dup(ends[0]);
  Handler one;
  Handler other;
  const EventLoop::Token first = loop->add(one);
  const EventLoop::Token second = loop->add(other);
  int woken = 0;
  one.wake = [&](std::uint32_t) {
    ++woken;
    loop->remove(first);
    loop->remove(second);
    loop->stop();
  };
  other.wake = one.wake;
  loop->watch(first, ends[0], EPOLLIN);
  loop->watch(second, copy, EPOLLIN);
  loop->run();
  EXPECT_EQ(woken, 1);
  for (const int descriptor : {ends[0], ends[1], copy}) close(descriptor);
}

TEST(EventLoop, that_serves_many_takes_what_follows_closely_together) {
  const auto loop = EventLoop::create().value();
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  Handler idle;
  std::vector<EventLoop::Token> others;
  for (int i = 0; i < 100; ++i) others.push_back(loop->add(idle));
  Handler handler;
  const EventLoop::Token token = loop->add(handler);
  int wakes = 0;
  handler.wake = [&](std::uint32_t) {  // what is there is left there: it is ready again at once
    if (++wakes == 6) loop->stop();
  };
  ASSERT_EQ(write(ends[1], "x", 1), 1);
  loop->watch(token, ends[0], EPOLLIN);
  const auto begin = std::chrono::steady_clock::now();
  loop->run();
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds{40});
  loop->remove(token);
  for (const EventLoop::Token other : others) loop->remove(other);
  for (const int end : ends) close(end);
}

}  // namespace
}  // namespace livesonic::remote
