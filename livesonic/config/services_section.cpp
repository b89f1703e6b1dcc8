// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "livesonic/config/expectation_reader.h"
#include "livesonic/config/sections.h"
#include "livesonic/config/unique_names.h"

namespace livesonic::config {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLongestCommand = std::size_t{16} * 1024;

// What is either a plugin's to say or ours.
void read_plugin(MapReader& map, Service& service) {
  if (!map.has("plugin")) return;
  bool plugin = false;
  map.boolean("plugin", plugin);
  service.plugin = plugin;
  if (plugin && (service.expect.exit_status || service.forbid.exit_status)) {
    map.mistake(map.position_of("plugin"), "plugin",
                "takes its verdict from the exit status; take expect_exit or expect_not_exit out");
  }
}

}  // namespace

void read_services(MapReader& top, std::vector<Service>& services, Reading& reading) {
  UniqueNames names("service", reading);
  for (const YamlNode* node : top.maps("services")) {
    MapReader map(*node, "services", reading);
    Service service;
    service.origin = Origin::kFile;
    service.name = names.read(map);
    if (auto command = map.text("command")) {
      if (command->text.size() > kLongestCommand || command->text.find('\0') != std::string::npos) {
        map.mistake(command->at, "command",
                    fmt::format("must be at most {} bytes without a zero byte", kLongestCommand));
      }
      service.command = std::move(command->text);
    } else if (!map.has("command")) {
      map.mistake(node->at, "command", "is missing: what to run on each instance");
    }
    read_expectations(map, "expect_exit", 0, 255, service.expect, service.forbid);
    read_thresholds(map, service.thresholds, true);
    read_plugin(map, service);
    read_cluster_names(map, service.clusters, reading);
    map.duration("timeout", service.timeout, 100ms, 10min);
    map.duration("interval", service.interval, 1s, 7 * 24h);
    map.refuse_unknown_keys();
    services.push_back(std::move(service));
  }
}

}  // namespace livesonic::config
