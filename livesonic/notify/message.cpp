// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/message.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::notify {
namespace {

nlohmann::ordered_json time_or_null(const std::optional<Time>& time) {
  if (!time) return nullptr;
  return to_iso8601(*time);
}

}  // namespace

std::string message_json(const std::string& delivery_id, DeliveryKind kind,
                         const Incident& incident) {
  nlohmann::ordered_json members = nlohmann::ordered_json::array();
  for (const IncidentMember& member : incident.members) {
    members.push_back({{"instance", member.instance},
                       {"label", to_valid_utf8(member.label)},
                       {"detail", to_valid_utf8(member.detail)},
                       {"since", to_iso8601(member.since)},
                       {"until", time_or_null(member.until)}});
  }
  const nlohmann::ordered_json message{{"version", 1},
                                       {"delivery_id", delivery_id},
                                       {"kind", to_string(kind)},
                                       {"incident",
                                        {{"id", incident.id},
                                         {"cluster", incident.cluster},
                                         {"cause", incident.cause},
                                         {"summary", to_valid_utf8(incident.summary)},
                                         {"opened_at", to_iso8601(incident.opened_at)},
                                         {"closed_at", time_or_null(incident.closed_at)},
                                         {"members", std::move(members)}}}};
  return message.dump();
}

}  // namespace livesonic::notify
