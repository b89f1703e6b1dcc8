// SPDX-License-Identifier: Apache-2.0
#include "livesonic/notify/alertmanager.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "livesonic/notify/wording.h"

namespace livesonic::notify {
namespace {

using Json = nlohmann::ordered_json;

// "LivesonicHostKey" of "host-key", "LivesonicService" of "service:nginx".
std::string alert_name(std::string_view cause) {
  std::string name = "Livesonic";
  bool begins = true;
  for (const char c : cause.substr(0, cause.find(':'))) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter) name += begins && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    begins = !letter;
  }
  return name;
}

void add(Json& object, const char* name, const std::string& value) {
  if (!value.empty()) object[name] = to_valid_utf8(value);
}

Json alert_json(const Message& message, Time now, Duration hold) {
  const Incident& incident = message.incident;
  Json labels{{"alertname", alert_name(incident.cause)}, {"source", "livesonic"}};
  add(labels, "cluster", incident.cluster);
  add(labels, "cause", incident.cause);
  labels["severity"] = to_string(incident.severity);
  Json annotations = Json::object();
  add(annotations, "summary", incident.summary);
  add(annotations, "description", fmt::format("{}", fmt::join(member_lines(message, {}), "\n")));
  add(annotations, "note", message.note);
  add(annotations, "runbook_url", incident.runbook);
  add(annotations, "incident", incident.id);
  const bool closing = message.kind == DeliveryKind::kClosing;
  const Time end = closing ? std::max(incident.closed_at.value_or(now), incident.opened_at)
                           : std::max(now, incident.opened_at) + hold;
  Json alert{{"labels", std::move(labels)},
             {"annotations", std::move(annotations)},
             {"startsAt", to_iso8601(incident.opened_at)},
             {"endsAt", to_iso8601(end)}};
  add(alert, "generatorURL", message.link);
  return alert;
}

class Alertmanager final : public Notifier {
 public:
  Alertmanager(std::string name, Endpoint endpoint, Duration hold, const Clock& clock)
      : name_(std::move(name)), endpoint_(std::move(endpoint)), hold_(hold), clock_(clock) {}
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] bool keeps_state() const override { return true; }
  [[nodiscard]] Duration refresh_every() const override { return hold_ / 3; }
  Accepted deliver(const Delivery&, const Message& message, const std::stop_token& stop) override {
    if (message.costs) return refused("reports are no alerts", /*permanent=*/true);
    return refresh({message}, stop);
  }
  Accepted refresh(const std::vector<Message>& open, const std::stop_token& stop) override {
    if (open.empty()) return {};
    return send(endpoint_,
                {.path = "/api/v2/alerts", .body = alertmanager_json(open, clock_.now(), hold_)},
                stop);
  }

 private:
  const std::string name_;
  const Endpoint endpoint_;
  const Duration hold_;
  const Clock& clock_;
};

}  // namespace

std::string alertmanager_json(const std::vector<Message>& messages, Time now, Duration hold) {
  Json alerts = Json::array();
  for (const Message& message : messages) alerts.push_back(alert_json(message, now, hold));
  return alerts.dump();
}

std::unique_ptr<Notifier> make_alertmanager(std::string name, Endpoint endpoint, Duration hold,
                                            const Clock& clock) {
  return std::make_unique<Alertmanager>(std::move(name), std::move(endpoint), hold, clock);
}

}  // namespace livesonic::notify
