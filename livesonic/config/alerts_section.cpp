// SPDX-License-Identifier: Apache-2.0
#include "livesonic/config/sections.h"

namespace livesonic::config {

void read_alerts(const YamlNode& node, AlertConfig& alerts, Reading& reading) {
  MapReader map(node, "alerts", reading);
  map.integer("score_below", alerts.score_below, 0, 100);
  map.boolean("service_down", alerts.service_down);
  map.boolean("unreachable", alerts.unreachable);
  map.integer("polls_to_open", alerts.polls_to_open, 1, 100);
  map.integer("polls_to_close", alerts.polls_to_close, 1, 100);
  map.refuse_unknown_keys();
}

}  // namespace livesonic::config
