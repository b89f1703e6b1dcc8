// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/outbox.h"

#include <algorithm>
#include <random>
#include <utility>

#include "livesonic/base/log.h"

namespace livesonic::notify {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int kBatch = 100;
constexpr Duration kLongestWait = std::chrono::seconds{30};

double random_jitter() {
  thread_local std::mt19937 random{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.5, 1.0)(random);
}

}  // namespace

Duration retry_delay(int failed_attempts, double jitter) {
  constexpr Duration kFirst = std::chrono::seconds{1};
  constexpr Duration kLongest = std::chrono::minutes{5};
  const int doublings = std::clamp(failed_attempts - 1, 0, 16);
  const Duration whole = std::min(kFirst * (1 << doublings), kLongest);
  return std::chrono::duration_cast<Duration>(whole * std::clamp(jitter, 0.5, 1.0));
}

Outbox::Outbox(storage::Incidents& store, std::vector<std::unique_ptr<Notifier>> notifiers,
               const Clock& clock)
    : store_(store), notifiers_(std::move(notifiers)), clock_(clock) {}

Outbox::~Outbox() {
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
}

void Outbox::start() {
  for (const auto& notifier : notifiers_) {
    threads_.emplace_back(
        [this, &notifier = *notifier](const std::stop_token& stop) { run(notifier, stop); });
  }
}

void Outbox::wake() {
  {
    const std::lock_guard lock(mutex_);
    ++wakes_;
  }
  changed_.notify_all();
}

std::vector<std::string> Outbox::channels() const {
  std::vector<std::string> names;
  for (const auto& notifier : notifiers_) names.push_back(notifier->name());
  return names;
}

void Outbox::run(Notifier& notifier, const std::stop_token& stop) {
  std::size_t seen = 0;
  while (!stop.stop_requested()) {
    {
      const std::lock_guard lock(mutex_);
      seen = wakes_;
    }
    const Sent sent = send_due(notifier, Steady::time_point::max(), stop);
    if (sent == Sent::kSome) continue;  // its closing may be due now
    // What the store can't note as sent is due on; it must not be sent without a pause.
    Duration wait = kLongestWait;
    if (sent == Sent::kNothing) {
      if (const auto next = store_.next_delivery_due(notifier.name()); next && *next) {
        wait = std::clamp(**next - clock_.now(), Duration{100}, kLongestWait);
      }
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, wait, [&] { return wakes_ != seen; });
  }
}

Outbox::Sent Outbox::send_due(Notifier& notifier, Steady::time_point until,
                              const std::stop_token& stop) {
  const auto due = store_.due_deliveries(notifier.name(), clock_.now(), kBatch);
  if (!due) {
    log::error("cannot read which messages are due: {}", due.error().message);
    return Sent::kStoreFailed;
  }
  Sent sent = Sent::kNothing;
  for (const Delivery& delivery : *due) {
    if (stop.stop_requested() || Steady::now() >= until) return Sent::kNothing;
    const auto accepted = notifier.deliver(delivery, stop);
    // An attempt that was cut short says nothing about the channel: the next start tries at once.
    if (!accepted && stop.stop_requested()) return Sent::kNothing;
    Result<void> noted;
    if (accepted) {
      noted = store_.mark_delivered(delivery.id, clock_.now());
      sent = Sent::kSome;
    } else {
      const Duration wait = retry_delay(delivery.attempts + 1, random_jitter());
      noted =
          store_.mark_attempt_failed(delivery.id, clock_.now() + wait, accepted.error().message);
      log::warning("{}: {} of incident {} not delivered (attempt {}): {}", notifier.name(),
                   to_string(delivery.kind), delivery.incident, delivery.attempts + 1,
                   accepted.error().message);
    }
    if (!noted) {
      // It will be sent again with the same id: better twice than never.
      log::error("cannot note what became of message {}: {}", delivery.id, noted.error().message);
      return Sent::kStoreFailed;
    }
  }
  return sent;
}

Result<std::size_t> Outbox::send_due() {
  for (const auto& notifier : notifiers_) {
    const auto until = Steady::now() + kShare;
    while (send_due(*notifier, until, {}) == Sent::kSome) {
    }
  }
  const auto left = store_.undelivered();
  if (!left) return fail(left.error());
  return left->size();
}

}  // namespace livesonic::notify
