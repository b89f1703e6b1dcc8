// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/outbox.h"

#include <fmt/format.h>

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

Outbox::Outbox(storage::Incidents& store, std::vector<Channel> channels, const Clock& clock,
               OutboxHooks hooks)
    : store_(store), clock_(clock), hooks_(std::move(hooks)) {
  for (Channel& channel : channels) lanes_.push_back(std::make_unique<Lane>(std::move(channel)));
  const auto known = store_.channel_states();
  if (!known) return;  // whoever sends next is told why
  for (const ChannelState& state : *known) {
    for (const auto& lane : lanes_) {
      if (lane->name() == state.name) lane->broken = state.broken();
    }
  }
}

Outbox::~Outbox() {
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
}

void Outbox::start() {
  if (lanes_.empty()) tell_of_channels();  // there may have been some before
  for (const auto& lane : lanes_) {
    threads_.emplace_back([this, &lane = *lane](const std::stop_token& stop) { run(lane, stop); });
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
  for (const auto& lane : lanes_) names.push_back(lane->name());
  return names;
}

void Outbox::run(Lane& lane, const std::stop_token& stop) {
  std::size_t seen = 0;
  while (!stop.stop_requested()) {
    {
      const std::lock_guard lock(mutex_);
      seen = wakes_;
    }
    tell_of_channels();
    refresh(lane, stop);
    const Sent sent = send_due(lane, Steady::time_point::max(), stop);
    if (sent == Sent::kSome || changed_channels_) continue;  // its closing may be due now
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, next_wait(lane, sent), [&] { return wakes_ != seen; });
  }
}

Duration Outbox::next_wait(Lane& lane, Sent sent) const {
  // What the store can't note as sent is due on; it must not be sent without a pause.
  if (sent == Sent::kStoreFailed) return kLongestWait;
  const auto now = Steady::now();
  const auto until = [&](Steady::time_point at) {
    return std::chrono::ceil<Duration>(std::max(at, now) - now);
  };
  Duration wait = kLongestWait;
  if (const auto next = store_.next_delivery_due(lane.name()); next && *next) {
    wait = **next - clock_.now();
    wait = std::max({wait, until(lane.pace.next(now)), until(lane.not_before)});
  }
  if (const Duration every = lane.channel.notifier->refresh_every(); every > Duration::zero()) {
    wait = std::min(wait, until(lane.refreshed + every));
  }
  return std::clamp(wait, Duration{100}, kLongestWait);
}

Outbox::Sent Outbox::send_due(Lane& lane, Steady::time_point until, const std::stop_token& stop) {
  if (Steady::now() < lane.not_before) return Sent::kNothing;
  const auto due = store_.due_deliveries(lane.name(), clock_.now(), kBatch);
  if (!due) {
    log::error("cannot read which messages are due: {}", due.error().message);
    return Sent::kStoreFailed;
  }
  Sent sent = Sent::kNothing;
  for (const Delivery& delivery : *due) {
    const auto now = Steady::now();
    if (stop.stop_requested() || now >= until) return Sent::kNothing;
    if (now < lane.not_before || now < lane.pace.next(now)) return Sent::kNothing;
    lane.pace.take(now);
    const Accepted accepted = deliver(lane, delivery, stop);
    // An attempt that was cut short says nothing about the channel: the next start tries at once.
    if (!accepted && stop.stop_requested()) return Sent::kNothing;
    if (accepted) sent = Sent::kSome;
    if (const auto noted = note(lane, delivery, accepted); !noted) {
      // It will be sent again with the same id: better twice than never.
      log::error("cannot note what became of message {}: {}", delivery.id, noted.error().message);
      return Sent::kStoreFailed;
    }
  }
  return sent;
}

Accepted Outbox::deliver(Lane& lane, const Delivery& delivery, const std::stop_token& stop) {
  auto message = parse_message(delivery.payload);
  if (!message) return refused(message.error().message, /*permanent=*/true);
  if (delivery.kind == DeliveryKind::kUpdate || delivery.kind == DeliveryKind::kClosing) {
    const auto opening = store_.opening_of(delivery.incident, lane.name());
    if (opening && *opening) message->opening_id = **opening;
  }
  hooks_.complete(*message);
  return lane.notifier().deliver(delivery, *message, stop);
}

Result<void> Outbox::note(Lane& lane, const Delivery& delivery, const Accepted& accepted) {
  if (accepted) {
    const auto noted = store_.mark_delivered(delivery.id, clock_.now());
    if (noted && lane.broken.exchange(false)) changed_channels_ = true;
    return noted;
  }
  const Refusal& refusal = accepted.error();
  const auto failure =
      judge_refusal(delivery, refusal, lane.channel.policy, clock_.now(), random_jitter());
  if (refusal.retry_after > Duration::zero()) {
    lane.not_before = Steady::now() + refusal.retry_after;
  }
  const std::string what =
      delivery.incident.empty()
          ? fmt::format("report {}", delivery.id)
          : fmt::format("{} of incident {}", to_string(delivery.kind), delivery.incident);
  log::warning("{}: {} not delivered (attempt {}): {}{}", lane.name(), what, delivery.attempts + 1,
               refusal.why, failure.dead ? "; it is given up" : "");
  const auto noted = store_.mark_failed(delivery.id, failure);
  if (noted && failure.dead && !lane.broken.exchange(true)) changed_channels_ = true;
  return noted;
}

void Outbox::refresh(Lane& lane, const std::stop_token& stop) {
  const Duration every = lane.channel.notifier->refresh_every();
  const auto now = Steady::now();
  if (every <= Duration::zero() || now < lane.refreshed + every || now < lane.not_before) return;
  lane.refreshed = now;
  const auto open = store_.incidents({.cluster = std::nullopt, .open = true, .limit = 1000});
  if (!open) {
    log::error("cannot read the open incidents: {}", open.error().message);
    return;
  }
  std::vector<Message> messages;
  for (const Incident& incident : *open) {
    const auto opening = store_.opening_of(incident.id, lane.name());
    if (!opening || !*opening) continue;  // it was not told of
    Message& message = messages.emplace_back();
    message.delivery_id = **opening;
    message.incident = incident;
    hooks_.complete(message);
  }
  if (messages.empty()) return;
  const Accepted accepted = lane.notifier().refresh(messages, stop);
  if (stop.stop_requested()) return;
  if (!accepted) {
    log::warning("{}: the open incidents could not be told again: {}", lane.name(),
                 accepted.error().why);
  }
  if (const auto noted =
          store_.note_attempt(lane.name(), clock_.now(), accepted ? "" : accepted.error().why);
      !noted) {
    log::error("cannot note how {} does: {}", lane.name(), noted.error().message);
  } else if (accepted && lane.broken.exchange(false)) {
    changed_channels_ = true;
  }
}

void Outbox::tell_of_channels() {
  if (!changed_channels_.exchange(false)) return;
  const auto told = hooks_.channels_changed();
  if (told) return;
  log::error("cannot judge how the channels do: {}", told.error().message);
  // Not at once: what reads and writes the store failed.
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, Duration{1000}, [] { return false; });
  changed_channels_ = true;
}

Result<std::size_t> Outbox::send_due() {
  for (int round = 0; round < 2; ++round) {
    tell_of_channels();
    for (const auto& lane : lanes_) {
      const auto until = Steady::now() + kShare;
      while (send_due(*lane, until, {}) == Sent::kSome) {
      }
      refresh(*lane, {});
    }
    if (!changed_channels_) break;  // that a channel broke is told on the others
  }
  const auto left = store_.undelivered();
  if (!left) return fail(left.error());
  return left->size();
}

}  // namespace livesonic::notify
