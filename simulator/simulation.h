// SPDX-License-Identifier: Apache-2.0
// The one World that the AWS endpoint, the SSH hosts, the control API and the scenario share.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include "livesonic/base/clock.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {

// Thread-safe. `clock` must outlive it. Functions passed in run under the lock: they must be short
// and must not call back.
class Simulation {
 public:
  Simulation(World world, const Clock& clock) : clock_(clock), world_(std::move(world)) {}

  [[nodiscard]] Time now() const { return clock_.now(); }

  // read(const World&, Time now), once all has happened that was due by then
  template <typename Read>
  auto look(Read&& read) const {
    const std::lock_guard lock(mutex_);
    const Time now = clock_.now();
    world_.advance(now);
    return std::forward<Read>(read)(std::as_const(world_), now);
  }

  // change(World&, Time now); whoever listens is told afterwards.
  template <typename Change>
  auto change(Change&& change) {
    std::unique_lock lock(mutex_);
    const auto tell = [&] {
      const std::function<void()> listener = listener_;
      lock.unlock();
      if (listener) listener();
    };
    const Time now = clock_.now();
    world_.advance(now);
    next_change_.reset();
    if constexpr (std::is_void_v<std::invoke_result_t<Change, World&, Time>>) {
      std::forward<Change>(change)(world_, now);
      world_.advance(now);
      tell();
    } else {
      auto result = std::forward<Change>(change)(world_, now);
      world_.advance(now);
      tell();
      return result;
    }
  }

  // For what no host can notice, such as a fault of AWS used up: nobody is told.
  template <typename Change>
  auto change_quietly(Change&& change) {
    const std::lock_guard lock(mutex_);
    return std::forward<Change>(change)(world_, clock_.now());
  }

  // To be called again and again: tells whoever listens when something has changed by itself.
  void follow_time() {
    {
      const std::lock_guard lock(mutex_);
      if (next_change_ && clock_.now() < *next_change_) return;
    }
    change([](World&, Time) {});
    const std::lock_guard lock(mutex_);
    next_change_ = world_.next_change(clock_.now()).value_or(Time::max());
  }

  // Called after each change, on the thread that made it, which goes on when it returns: so a
  // change is in effect once change() is done. Empty: nobody.
  void on_change(std::function<void()> listener) {
    const std::lock_guard lock(mutex_);
    listener_ = std::move(listener);
  }

 private:
  const Clock& clock_;
  mutable std::mutex mutex_;
  mutable World world_;  // what is due happens when somebody looks
  std::function<void()> listener_;
  std::optional<Time> next_change_;  // that follow_time() waits for; empty: not known
};

}  // namespace livesonic::simulator
