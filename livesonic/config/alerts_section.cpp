// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "livesonic/config/sections.h"

namespace livesonic::config {
namespace {

using namespace std::chrono_literals;

void read_flapping(const YamlNode& node, AlertConfig& alerts, Reading& reading) {
  MapReader map(node, "alerts.flapping", reading);
  map.integer("openings", alerts.flapping_openings, 0, 100);
  map.duration("within", alerts.flapping_within, 1min, 24h);
  map.duration("calm", alerts.flapping_calm, 1s, 24h);
  map.refuse_unknown_keys();
}

// { web: [db, cache] }
void read_dependencies(const YamlNode& node, AlertConfig& alerts, Reading& reading) {
  MapReader map(node, "alerts.depends_on", reading);
  for (const YamlEntry& entry : node.entries) {
    if (const auto checked = check_name("cluster", entry.key); !checked) {
      reading.mistakes.add(entry.key_at, checked.error().message);
    }
    for (const Located& name : map.texts(entry.key)) {
      const auto checked = check_name("cluster", name.text);
      if (!checked) {
        reading.mistakes.add(name.at, checked.error().message);
      } else if (name.text == entry.key) {
        map.mistake(name.at, entry.key, "depends on itself");
      } else {
        alerts.depends_on[entry.key].push_back(name.text);
      }
    }
  }
  map.refuse_unknown_keys();
}

}  // namespace

void read_alerts(const YamlNode& node, AlertConfig& alerts, Reading& reading) {
  MapReader map(node, "alerts", reading);
  map.integer("score_below", alerts.score_below, 0, 100);
  map.boolean("service_down", alerts.service_down);
  map.boolean("unreachable", alerts.unreachable);
  map.integer("polls_to_open", alerts.polls_to_open, 1, 100);
  map.integer("polls_to_close", alerts.polls_to_close, 1, 100);
  map.boolean("vanished", alerts.vanished);
  map.duration("boot_grace", alerts.boot_grace, 0s, 1h);
  map.integer("critical_below", alerts.critical_below, 0, 100);
  read_flapping(map.section("flapping"), alerts, reading);
  read_dependencies(map.section("depends_on"), alerts, reading);
  // The rest is read when the channels are known.
  for (const char* later : {"rules", "escalate", "repeat"}) (void)map.has(later);
  map.refuse_unknown_keys();
}

}  // namespace livesonic::config
