// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "livesonic/config/sections.h"

namespace livesonic::config {
namespace {

constexpr const char* kUsualMoment = "0 8 * * mon";

bool keeps_alerts(ChannelType type) {
  return type == ChannelType::kPagerduty || type == ChannelType::kAlertmanager;
}

void read_channels(MapReader& map, const std::vector<ChannelConfig>& known,
                   std::vector<std::string>& into) {
  auto names = map.texts("channels");
  if (names.empty()) {
    map.mistake(map.position_of("channels"), "channels",
                "must be a list of those to be told, by their names in notify");
  }
  for (Located& name : names) {
    const auto channel = std::ranges::find(known, name.text, &ChannelConfig::name);
    if (channel == known.end()) {
      map.mistake(name.at, "channels",
                  fmt::format("there is no channel '{}' in notify", name.text));
    } else if (keeps_alerts(channel->type)) {
      map.mistake(name.at, "channels",
                  fmt::format("'{}' is of the type {}, which takes alerts and no reports",
                              name.text, to_string(channel->type)));
    } else if (std::ranges::find(into, name.text) == into.end()) {
      into.push_back(std::move(name.text));
    }
  }
}

}  // namespace

void read_cost_report(const YamlNode& node, const std::vector<ChannelConfig>& channels,
                      CostReportConfig& report, Reading& reading) {
  MapReader map(node, "cost_report", reading);
  if (node.kind != YamlNode::Kind::kMap) return map.refuse_unknown_keys();
  const auto zone = map.text("tz");
  const auto at = map.text("at");
  const Position where = at ? at->at : zone ? zone->at : node.at;
  if (at || !map.has("at")) {
    auto cron = Cron::parse(at ? at->text : kUsualMoment, zone ? zone->text : "");
    if (cron) {
      report.at = std::move(*cron);
    } else {
      map.mistake(where, "at", cron.error().message);
    }
  }
  read_channels(map, channels, report.channels);
  map.refuse_unknown_keys();
}

}  // namespace livesonic::config
