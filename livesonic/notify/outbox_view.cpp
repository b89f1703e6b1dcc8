// SPDX-License-Identifier: Apache-2.0
// The outbox as people see it: how the channels do, tests, retries. The sending is in outbox.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/notify/outbox.h"

namespace livesonic::notify {

Result<std::vector<ChannelState>> Outbox::states() const {
  auto known = store_.channel_states();
  if (!known) return fail(known.error());
  std::vector<ChannelState> all;
  for (const auto& lane : lanes_) {
    const auto found = std::find_if(known->begin(), known->end(), [&](const ChannelState& state) {
      return state.name == lane->name();
    });
    ChannelState state;
    if (found != known->end()) {
      state = *found;
      known->erase(found);
    }
    state.name = lane->name();
    state.type = lane->channel.type;
    all.push_back(std::move(state));
  }
  for (ChannelState& state : *known) {
    if (state.waiting > 0 || state.dead > 0) all.push_back(std::move(state));
  }
  return all;
}

Result<ChannelTest> Outbox::test(const std::string& channel, const std::stop_token& stop) {
  const auto found = std::find_if(lanes_.begin(), lanes_.end(),
                                  [&](const auto& lane) { return lane->name() == channel; });
  if (found == lanes_.end()) {
    return fail(ErrorKind::kNotFound,
                fmt::format("there is no channel '{}'", printable(shorten(channel, 80))));
  }
  Lane& lane = **found;
  Message message;
  message.incident.id = random_id();
  message.incident.cause = kTestCause;
  message.incident.severity = Severity::kInfo;
  message.incident.summary =
      fmt::format("Livesonic tests the channel '{}': nothing is wrong", channel);
  message.incident.opened_at = clock_.now();
  message.incident.channels = {channel};
  const auto begin = std::chrono::steady_clock::now();
  Accepted accepted;
  for (const DeliveryKind kind : {DeliveryKind::kOpening, DeliveryKind::kClosing}) {
    Delivery delivery;
    delivery.id = message.delivery_id = random_id();
    delivery.channel = channel;
    delivery.incident = message.incident.id;
    delivery.kind = message.kind = kind;
    delivery.payload = message_json(message);
    hooks_.complete(message);
    accepted = lane.notifier().deliver(delivery, message, stop);
    if (!accepted || !lane.notifier().keeps_state()) break;
    message.opening_id = message.delivery_id;
    message.incident.closed_at = clock_.now();
  }
  ChannelTest result{
      channel, accepted.has_value(), accepted ? "" : accepted.error().why,
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - begin)};
  if (auto noted = store_.note_attempt(channel, clock_.now(), result.error); !noted) {
    return fail(noted.error());
  }
  if (accepted && lane.broken.exchange(false)) {
    changed_channels_ = true;
    wake();
  }
  return result;
}

Result<Delivery> Outbox::retry(const std::string& delivery) {
  auto retried = store_.retry_delivery(delivery, clock_.now());
  if (retried) {
    changed_channels_ = true;
    wake();
  }
  return retried;
}

}  // namespace livesonic::notify
