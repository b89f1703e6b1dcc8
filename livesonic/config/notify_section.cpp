// SPDX-License-Identifier: Apache-2.0
// The list of channels: what all of them have. What each type has of its own is in
// notify_channels.cpp.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "livesonic/config/sections.h"
#include "livesonic/config/unique_names.h"
#include "livesonic/config/url.h"

namespace livesonic::config {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<std::string_view, ChannelType>, 7> kTypes{{
    {"webhook", ChannelType::kWebhook},
    {"slack", ChannelType::kSlack},
    {"mail", ChannelType::kMail},
    {"sns", ChannelType::kSns},
    {"pagerduty", ChannelType::kPagerduty},
    {"alertmanager", ChannelType::kAlertmanager},
    {"command", ChannelType::kCommand},
}};

bool read_type(MapReader& map, ChannelType& type) {
  if (!map.has("type")) {
    std::string known;
    for (const auto& [name, one] : kTypes) known += (known.empty() ? "" : ", ") + std::string(name);
    map.mistake(map.position_of("type"), "type", "is missing; there are: " + known);
    return false;
  }
  auto read = static_cast<ChannelType>(-1);
  map.choice<ChannelType>(
      "type", read, {kTypes[0], kTypes[1], kTypes[2], kTypes[3], kTypes[4], kTypes[5], kTypes[6]});
  if (read == static_cast<ChannelType>(-1)) return false;
  type = read;
  return true;
}

void read_rate(MapReader& map, ChannelConfig& channel, Reading& reading) {
  if (!map.has("rate")) return;
  MapReader rate(map.section("rate"), "notify.rate", reading);
  rate.integer("messages", channel.rate_messages, 1, 10'000);
  rate.duration("within", channel.rate_within, 1s, 24h);
  if (!rate.has("messages")) {
    rate.mistake(map.position_of("rate"), "messages", "is missing: how many may be sent");
  }
  rate.refuse_unknown_keys();
}

}  // namespace

std::string_view to_string(ChannelType type) {
  for (const auto& [name, one] : kTypes) {
    if (one == type) return name;
  }
  return "webhook";
}

void read_notify(MapReader& top, std::vector<ChannelConfig>& channels, Reading& reading) {
  UniqueNames names("notification channel", reading);
  const auto nodes = top.maps("notify");
  // Given names first, so that the names made up for the others can avoid them.
  std::vector<std::string> given;
  for (const YamlNode* node : nodes) {
    MapReader map(*node, "notify", reading);
    given.push_back(map.has("name") ? names.read(map) : std::string());
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    MapReader map(*nodes[i], "notify", reading);
    ChannelConfig channel;
    const bool known = read_type(map, channel.type);
    channel.name = given[i];
    if (!map.has("name")) {
      const std::string type(to_string(channel.type));
      channel.name = type;
      for (int number = 2; names.has(channel.name); ++number) {
        channel.name = fmt::format("{}-{}", type, number);
      }
      names.take({channel.name, nodes[i]->at});
    }
    if (!known) continue;  // nobody knows which keys it may have
    if (channel.type == ChannelType::kMail) channel.timeout = 30s;
    map.duration("timeout", channel.timeout, 100ms, 2min);
    read_rate(map, channel, reading);
    map.duration("give_up_after", channel.give_up_after, 1min, 30 * 24h);
    map.integer("refusals", channel.refusals, 1, 100);
    read_channel(map, channel, reading);
    map.refuse_unknown_keys();
    channels.push_back(std::move(channel));
  }
}

void read_public_url(MapReader& top, std::string& url, Reading&) {
  const auto given = top.text("public_url");
  if (!given) return;
  if (const auto checked = check_url(given->text); !checked) {
    top.mistake(given->at, "public_url", checked.error().message);
    return;
  }
  url = given->text;
  while (url.ends_with('/')) url.pop_back();
}

void read_heartbeat(const YamlNode& node, HeartbeatConfig& heartbeat, Reading& reading) {
  MapReader map(node, "heartbeat", reading);
  map.secret("url", "LIVESONIC_HEARTBEAT_URL", heartbeat.url);
  if (!heartbeat.url.empty()) {
    if (const auto checked = check_url(heartbeat.url.reveal()); !checked) {
      map.mistake(map.position_of("url"), "url", checked.error().message);
    }
  } else if (node.kind == YamlNode::Kind::kMap && !map.has("url")) {
    map.mistake(node.at, "url", "is missing: what to ask for while Livesonic works");
  }
  map.duration("interval", heartbeat.interval, 1s, 24h);
  map.duration("timeout", heartbeat.timeout, 100ms, 2min);
  map.path("ca_file", heartbeat.ca_file);
  map.refuse_unknown_keys();
}

}  // namespace livesonic::config
