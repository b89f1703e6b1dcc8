// SPDX-License-Identifier: Apache-2.0
// What the outbox knows of one channel: how to send, how often, and when to give up.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "livesonic/notify/notifier.h"
#include "livesonic/notify/pace.h"
#include "livesonic/storage/deliveries.h"

namespace livesonic::notify {

struct Policy {
  Rate rate;
  Duration give_up_after = std::chrono::hours{24};  // since it was decided
  int refusals = 8;  // for good, of one message, until it is given up
};

struct Channel {
  std::unique_ptr<Notifier> notifier;
  std::string type;  // "webhook", …
  Policy policy = {};
};

// How long to wait after the given number of failed attempts (1 or more): 1 s, doubling, at most
// 5 minutes, times `jitter` of 0.5..1.0 so that many messages don't come back in one moment.
Duration retry_delay(int failed_attempts, double jitter);

// What follows from a refusal of the delivery at `now`. Pure.
storage::Deliveries::Failure judge_refusal(const Delivery& delivery, const Refusal& refusal,
                                           const Policy& policy, Time now, double jitter);

// Its members but `broken` are the sending thread's alone.
struct Lane {
  explicit Lane(Channel given) : channel(std::move(given)), pace(channel.policy.rate) {}
  Notifier& notifier() { return *channel.notifier; }
  [[nodiscard]] const std::string& name() const { return channel.notifier->name(); }

  const Channel channel;
  Pace pace;
  std::chrono::steady_clock::time_point not_before{};  // the other side wants to be left alone
  std::chrono::steady_clock::time_point refreshed{};
  std::atomic<bool> broken = false;  // messages were given up, and none was accepted since
};

}  // namespace livesonic::notify
