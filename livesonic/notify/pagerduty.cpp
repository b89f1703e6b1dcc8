// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/pagerduty.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::notify {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestSummary = 1024;  // PagerDuty's

class Pagerduty final : public Notifier {
 public:
  Pagerduty(std::string name, Endpoint endpoint, Secret routing_key, Wording wording)
      : name_(std::move(name)),
        endpoint_(std::move(endpoint)),
        routing_key_(std::move(routing_key)),
        wording_(std::move(wording)) {}
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] bool keeps_state() const override { return true; }
  Accepted deliver(const Delivery&, const Message& message, const std::stop_token& stop) override {
    if (message.costs) return refused("reports are no alerts", /*permanent=*/true);
    return send(endpoint_, {.body = pagerduty_json(message, routing_key_, wording_, name_)}, stop);
  }

 private:
  const std::string name_;
  const Endpoint endpoint_;
  const Secret routing_key_;
  const Wording wording_;
};

const char* action_of(const Message& message) {
  if (message.kind == DeliveryKind::kClosing) return "resolve";
  const bool taken = message.kind == DeliveryKind::kUpdate && message.incident.acknowledged;
  return taken ? "acknowledge" : "trigger";
}

}  // namespace

std::string pagerduty_json(const Message& message, const Secret& routing_key,
                           const Wording& wording, std::string_view channel) {
  const Incident& incident = message.incident;
  Json details = Json::object();
  for (const auto& [name, value] : facts_of(message, wording)) details[name] = value;
  details[std::string(word("Instances", wording.language))] = member_lines(message, wording);
  Json event{{"routing_key", routing_key.reveal()},
             {"event_action", action_of(message)},
             {"dedup_key", fmt::format("livesonic/{}/{}", to_valid_utf8(incident.id), channel)},
             {"client", "Livesonic"}};
  if (!message.link.empty()) event["client_url"] = message.link;
  event["payload"] = {
      {"summary", shorten(subject_of(message, wording, channel), kLongestSummary - 3)},
      {"source", incident.cluster.empty() ? "livesonic" : to_valid_utf8(incident.cluster)},
      {"severity", to_string(incident.severity)},
      {"timestamp", to_iso8601(incident.opened_at)},
      {"component", to_valid_utf8(incident.cluster)},
      {"class", to_valid_utf8(incident.cause)},
      {"custom_details", std::move(details)}};
  if (!incident.runbook.empty()) {
    event["links"] = Json::array(
        {{{"href", to_valid_utf8(incident.runbook)}, {"text", word("Runbook", wording.language)}}});
  }
  return event.dump();
}

std::unique_ptr<Notifier> make_pagerduty(std::string name, Endpoint endpoint, Secret routing_key,
                                         Wording wording) {
  return std::make_unique<Pagerduty>(std::move(name), std::move(endpoint), std::move(routing_key),
                                     std::move(wording));
}

}  // namespace livesonic::notify
