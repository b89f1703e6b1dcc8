// SPDX-License-Identifier: Apache-2.0
// The outbox of messages: those on their way, those given up, and how each channel does.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/channel.h"
#include "livesonic/model/incident.h"

namespace livesonic::storage {

// Thread-safe. Each call is one transaction: durable when it returns. Messages come into it with
// the round that decided on them (Incidents::commit_round).
class Deliveries {
 public:
  virtual ~Deliveries() = default;

  // The channel's messages neither delivered nor dead whose next attempt is due, oldest first. What
  // follows in the telling of an incident on a channel (updates, the closing) is not due before all
  // that was to be told earlier is delivered or dead; and never while the opening is dead.
  virtual Result<std::vector<Delivery>> due_deliveries(const std::string& channel, Time now,
                                                       int limit) = 0;
  // These count the attempt; kNotFound when there is no such message.
  virtual Result<void> mark_delivered(const std::string& id, Time at) = 0;

  // What is known of an attempt that failed.
  struct Failure {
    Time at{};
    Time next_attempt_at{};  // of no meaning for a dead one
    std::string error;
    bool refused = false;  // trying it again as it is won't help
    bool dead = false;     // it is given up: kept, but not sent until it is retried
  };
  virtual Result<void> mark_failed(const std::string& id, const Failure& failure) = 0;
  // A dead message is due again from `at`, as if it were new. kNotFound; kConflict when it isn't
  // dead.
  virtual Result<Delivery> retry_delivery(const std::string& id, Time at) = 0;

  // When the channel's next message is due (those that must wait for others don't count); none when
  // there is nothing to wait for.
  virtual Result<std::optional<Time>> next_delivery_due(const std::string& channel) = 0;
  // Oldest first; neither dead ones nor those that a dead opening keeps back.
  virtual Result<std::vector<Delivery>> undelivered() = 0;
  virtual Result<std::vector<Delivery>> dead_deliveries(int limit) = 0;  // newest first
  // The id of the message that told of the incident's opening on the channel, if there is one.
  virtual Result<std::optional<std::string>> opening_of(const std::string& incident,
                                                        const std::string& channel) = 0;

  // Up to when the report of that name was told last; none: it never was.
  virtual Result<std::optional<Time>> reported_until(const std::string& report) = 0;
  struct Report {
    std::string name;
    std::optional<Time> told_until;  // as reported_until() said: it must be so still
    Time until{};                    // it is told up to then now
    std::vector<Delivery> deliveries;
  };
  // Its messages come into the outbox, and up to when it is told is noted with them. kConflict when
  // somebody else has told it meanwhile.
  virtual Result<void> post_report(const Report& report) = 0;

  // Of all channels that ever had a message, by name; without their types.
  virtual Result<std::vector<ChannelState>> channel_states() = 0;
  // A test or a refresh, which are no messages of the outbox, was accepted, or failed with `error`.
  virtual Result<void> note_attempt(const std::string& channel, Time at,
                                    const std::string& error) = 0;
  // Writes, so that whoever asks knows that the store can be written to.
  virtual Result<void> prove_writable(Time at) = 0;
};

}  // namespace livesonic::storage
