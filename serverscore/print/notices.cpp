// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/notices.h"

#include "serverscore/print/format.h"

namespace serverscore {

void write_notices(JsonWriter& json, const Notices& notices) {
  json.open("cloud", '{');
  json.string_or_null("unavailable", notices.unavailable);
  if (notices.spot_action) {
    json.open("spot_action", '{');
    json.string("action", notices.spot_action->action);
    json.string("time", notices.spot_action->time);
    json.close('}');
  } else {
    json.null("spot_action");
  }
  json.string_or_null("rebalance_time", notices.rebalance_time.value_or(""));
  json.open("maintenance", '[');
  for (const Maintenance& maintenance : notices.maintenance) {
    json.open("", '{');
    json.string("code", maintenance.code);
    json.string("state", maintenance.state);
    json.string_or_null("not_before", maintenance.not_before);
    json.string_or_null("not_after", maintenance.not_after);
    json.string_or_null("description", maintenance.description);
    json.string_or_null("event_id", maintenance.event_id);
    json.close('}');
  }
  json.close(']');
  json.string_or_null("lifecycle_state", notices.lifecycle_state);
  json.open("notices", '[');
  for (const std::string& notice : describe(notices)) json.string("", notice);
  json.close(']');
  json.close('}');
}

void write_notices(MetricsWriter& metrics, const Notices& notices) {
  metrics.gauge("serverscore_cloud_available",
                "1 when the instance metadata service answered all that was asked.",
                notices.unavailable.empty() ? 1 : 0);
  metrics.family("serverscore_cloud_notice", "1 for what AWS has announced to this instance.");
  if (notices.spot_action) {
    metrics.sample(1, {{"kind", "spot"},
                       {"what", notices.spot_action->action},
                       {"time", notices.spot_action->time}});
  }
  if (notices.rebalance_time) {
    metrics.sample(1, {{"kind", "rebalance"}, {"what", ""}, {"time", *notices.rebalance_time}});
  }
  for (const Maintenance& maintenance : notices.maintenance) {
    if (maintenance.state != "active") continue;
    metrics.sample(
        1, {{"kind", "maintenance"}, {"what", maintenance.code}, {"time", maintenance.not_before}});
  }
  metrics.family("serverscore_cloud_lifecycle_state",
                 "1; its label is the state that the Auto Scaling group wants.");
  if (!notices.lifecycle_state.empty()) {
    metrics.sample(1, {{"state", notices.lifecycle_state}});
  }
}

std::string notice_lines(const Notices& notices, std::string_view indent) {
  std::string text;
  for (const std::string& notice : describe(notices)) {
    text.append(indent).append(shown(notice)).append("\n");
  }
  return text;
}

Notices only_news(Notices notices) {
  notices.unavailable.clear();
  if (notices.lifecycle_state == "InService") notices.lifecycle_state.clear();
  return notices;
}

std::string notice_text(const Notices& notices) {
  std::string text;
  for (const std::string& notice : describe(only_news(notices))) {
    text.append(text.empty() ? "" : "; ").append(shown(notice));
  }
  return text;
}

}  // namespace serverscore
