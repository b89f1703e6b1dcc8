// SPDX-License-Identifier: Apache-2.0
// For tests: a message with something in every field.
#pragma once

#include <chrono>
#include <utility>

#include "livesonic/base/time_text.h"
#include "livesonic/notify/message.h"

namespace livesonic::notify {

inline Message a_message(DeliveryKind kind = DeliveryKind::kOpening) {
  using namespace std::chrono_literals;
  const Time opened = parse_iso8601("2026-03-01T08:30:00Z").value();
  Message message;
  message.delivery_id = "d1";
  message.kind = kind;
  message.incident.id = "n1";
  message.incident.cluster = "web";
  message.incident.cause = "score";
  message.incident.summary = "web: low score on 1 of 3 instances";
  message.incident.opened_at = opened;
  message.incident.severity = Severity::kCritical;
  message.incident.runbook = "https://wiki.example/low-score";
  message.incident.members = {{"i-1", "web-1", "score 12 is below 40", opened - 2min, {}}};
  message.link = "https://monitor.example/clusters/web";
  for (int i = 0; i < 5; ++i) {
    message.history.push_back({opened - i * 1min, 90.5 - 18 * i, 12, 99, 3, 3, 3});
  }
  if (kind != DeliveryKind::kOpening) {
    message.opening_id = "d0";
    message.note = "it is worse";
    message.incident.acknowledged = Acknowledgement{"hanako", opened + 1min, {}, "on it"};
    message.incident.flapping_since = opened + 2min;
  }
  if (kind == DeliveryKind::kClosing) {
    message.incident.closed_at = opened + 10min;
    message.incident.members[0].until = opened + 10min;
    message.incident.summary = "web: low score is over";
  }
  return message;
}

// Text that breaks out of whatever it is put into without care.
inline Message a_hostile_message() {
  Message message = a_message();
  const std::string evil =
      "\r\nBcc: all@example.com\r\n\r\n<script>&\"'</script> <!channel> \x1b[2J";
  message.incident.cluster = evil;
  message.incident.summary = evil;
  message.incident.cause = "service:" + evil;
  message.incident.id = evil;
  message.incident.runbook = evil;
  message.note = evil;
  message.delivery_id = evil;
  message.opening_id = evil;
  message.incident.members[0].label = evil;
  message.incident.members[0].detail = evil + "\xff\xfe";
  return message;
}

}  // namespace livesonic::notify
