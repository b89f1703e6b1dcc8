// SPDX-License-Identifier: Apache-2.0
// What is told of an incident: the body of a webhook. Pure.
#pragma once

#include <string>

#include "livesonic/model/incident.h"

namespace livesonic::notify {

// A JSON object: {"version": 1, "delivery_id", "kind": "opening"|"closing", "incident": {"id",
// "cluster", "cause", "summary", "opened_at", "closed_at", "members": [{"instance", "label",
// "detail", "since", "until"}]}}. Times are ISO 8601 in UTC; what has no value is null.
std::string message_json(const std::string& delivery_id, DeliveryKind kind,
                         const Incident& incident);

}  // namespace livesonic::notify
