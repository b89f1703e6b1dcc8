// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/event_loop.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <system_error>
#include <thread>

namespace livesonic::remote {
namespace {

// Where many are served and one event follows another, they are taken together so often and no
// oftener: on a machine that has nothing else to do, falling asleep and waking up costs more than
// most events do. What comes after a pause is taken at once.
constexpr std::chrono::milliseconds kTurn{10};
constexpr std::size_t kMany = 100;

}  // namespace

Result<std::shared_ptr<EventLoop>> EventLoop::create() {
  const auto reason = [](const char* doing) {
    return fail(ErrorKind::kUnavailable,
                fmt::format("{}: {}", doing, std::generic_category().message(errno)));
  };
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) return reason("cannot create an epoll instance");
  const int bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (bell < 0) {
    auto error = reason("cannot create an eventfd");
    close(epoll);
    return error;
  }
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = 0;
  epoll_ctl(epoll, EPOLL_CTL_ADD, bell, &event);
  return std::shared_ptr<EventLoop>(new EventLoop(epoll, bell));
}

EventLoop::~EventLoop() {
  close(bell_);
  close(epoll_);
}

bool EventLoop::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    posted_.push_back(std::move(task));
    if (posted_.size() > 1) return true;  // whoever posted the first has rung
  }
  ring();
  return true;
}

void EventLoop::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ring();
}

void EventLoop::ring() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(bell_, &one, sizeof one);
}

void EventLoop::run() {
  std::array<epoll_event, 256> events{};
  SteadyTime began{};
  bool busy = false;
  for (;;) {
    if (busy) std::this_thread::sleep_until(began + kTurn);
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms());
    const SteadyTime now = std::chrono::steady_clock::now();
    busy = entries_.size() >= kMany && now - began < 2 * kTurn;
    began = now;
    for (int i = 0; i < count; ++i) {
      const epoll_event event = events[static_cast<std::size_t>(i)];
      const Token token = event.data.u64;  // a copy: the kernel's struct is packed
      if (token == 0) {
        std::uint64_t rings = 0;
        [[maybe_unused]] const ssize_t got = read(bell_, &rings, sizeof rings);
      } else if (const auto found = entries_.find(token); found != entries_.end()) {
        // By token, not by pointer: an earlier event of this batch may have removed the handler.
        found->second.handler->on_wake(event.events);
      }
    }
    wake_due();
    run_posted();
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ && posted_.empty()) {
        closed_ = true;
        return;
      }
    }
  }
}

int EventLoop::wait_ms() const {
  if (wakes_.empty()) return -1;
  const auto left = wakes_.begin()->first - std::chrono::steady_clock::now();
  if (left <= left.zero()) return 0;
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  return static_cast<int>(std::min<decltype(ms)>(ms, std::numeric_limits<int>::max()));
}

void EventLoop::wake_due() {
  // Those that become due meanwhile wait for the next round, so that sockets get their turn.
  const SteadyTime now = std::chrono::steady_clock::now();
  while (!wakes_.empty() && wakes_.begin()->first <= now) {
    const Token token = wakes_.begin()->second;
    wakes_.erase(wakes_.begin());
    Entry& entry = entries_.at(token);
    entry.wake.reset();
    entry.handler->on_wake(0);
  }
}

void EventLoop::run_posted() {
  std::vector<Task> tasks;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(posted_);
  }
  for (Task& task : tasks) task();
}

EventLoop::Token EventLoop::add(Handler& handler) {
  entries_[++last_token_].handler = &handler;
  return last_token_;
}

void EventLoop::remove(Token token) {
  unwatch(token);
  wake_at(token, std::nullopt);
  entries_.erase(token);
}

void EventLoop::watch(Token token, int descriptor, std::uint32_t events) {
  Entry& entry = entries_.at(token);
  if (entry.descriptor == descriptor && entry.events == events) return;
  const bool known = entry.descriptor == descriptor;
  if (!known) unwatch(token);
  epoll_event event{};
  event.events = events;
  event.data.u64 = token;
  epoll_ctl(epoll_, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event);
  entry.descriptor = descriptor;
  entry.events = events;
}

void EventLoop::unwatch(Token token) {
  const int descriptor = entries_.at(token).descriptor;
  if (descriptor >= 0) epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
  forget_descriptor(token);
}

void EventLoop::forget_descriptor(Token token) {
  Entry& entry = entries_.at(token);
  entry.descriptor = -1;
  entry.events = 0;
}

void EventLoop::wake_at(Token token, std::optional<SteadyTime> time) {
  Entry& entry = entries_.at(token);
  if (entry.wake == time) return;
  if (entry.wake) wakes_.erase({*entry.wake, token});
  entry.wake = time;
  if (time) wakes_.insert({*time, token});
}

}  // namespace livesonic::remote
