// SPDX-License-Identifier: Apache-2.0
// What is told of an incident, or of costs, whatever the channel: rendered to JSON when it is
// decided, kept so in the outbox, and parsed when it is sent. The JSON is also what webhooks and
// commands get. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/cost_summary.h"
#include "livesonic/model/history.h"
#include "livesonic/model/incident.h"

namespace livesonic::notify {

struct Message {
  std::string delivery_id;
  DeliveryKind kind = DeliveryKind::kOpening;
  Incident incident;                 // without its channels and comments, which are not told
  std::string note;                  // why an update is sent; a sentence
  std::optional<CostSummary> costs;  // of a report, which has no incident
  // Added when it is sent:
  std::string opening_id;             // of the message that told of the opening; empty in itself
  std::string link;                   // to the dashboard; empty: its address isn't known
  std::vector<ClusterPoint> history;  // the cluster's score up to then, for a chart
};

// {"version": 1, "delivery_id", "kind": "opening"|"update"|"closing", "note", "opening_id", "link",
// "incident": {"id", "cluster", "cause", "severity", "summary", "runbook", "opened_at",
// "closed_at", "flapping_since", "acknowledged": {"by", "at", "until", "comment"},
// "members": [{"instance", "label", "detail", "since", "until"}]},
// "history": [{"at", "mean", "min", "max"}]}. Times are ISO 8601 in UTC; what has no value is null.
// Of a report "incident" is null, and there is "costs": {"from", "to", "usd", "usd_before",
// "clusters": [{"cluster", "usd", "instance_hours", "unpriced_hours",
// "lines": [{"lifecycle", "type", "instance_hours", "unpriced_hours", "usd"}],
// "savings": [{"what", "usd", "how"}]}]}.
std::string message_json(const Message& message);
std::string message_json(const std::string& delivery_id, DeliveryKind kind,
                         const Incident& incident, const std::string& note = {});

// What message_json writes, and has written since version 1 came out: fields that were added within
// it may be missing, and unknown ones are passed over.
Result<Message> parse_message(std::string_view json);

}  // namespace livesonic::notify
