// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/heartbeat.h"

#include <utility>

#include "livesonic/base/log.h"

namespace livesonic::notify {

Heartbeat::Heartbeat(Endpoint endpoint, Duration interval, std::function<Result<void>()> healthy)
    : endpoint_(std::move(endpoint)),
      interval_(interval),
      healthy_(std::move(healthy)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Heartbeat::run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  while (!stop.stop_requested()) {
    beat(stop);
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, interval_, [] { return false; });
  }
}

void Heartbeat::beat(const std::stop_token& stop) {
  std::string trouble;
  if (const auto health = healthy_(); !health) {
    trouble = "left out: " + health.error().message;
  } else if (const auto sent = send(endpoint_, {.get = true}, stop); !sent) {
    trouble = "not sent: " + sent.error().why;
  }
  if (stop.stop_requested() || trouble == told_) return;
  if (trouble.empty()) {
    log::info("the heartbeat is sent again");
  } else {
    log::warning("the heartbeat is {}", trouble);
  }
  told_ = trouble;
}

}  // namespace livesonic::notify
