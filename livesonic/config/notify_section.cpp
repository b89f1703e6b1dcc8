// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "livesonic/config/environment_text.h"
#include "livesonic/config/sections.h"
#include "livesonic/config/unique_names.h"
#include "livesonic/config/url.h"

namespace livesonic::config {
namespace {

using namespace std::chrono_literals;

enum class ChannelType { kWebhook };

void read_type(MapReader& map) {
  ChannelType type = ChannelType::kWebhook;
  map.choice<ChannelType>("type", type, {{"webhook", ChannelType::kWebhook}});
  if (!map.has("type")) {
    map.mistake(map.position_of("type"), "type", "is missing; the one there is: webhook");
  }
}

void read_url(MapReader& map, WebhookConfig& webhook) {
  const std::string variable = notify_url_variable(webhook.name);
  map.secret("url", variable, webhook.url);
  if (webhook.url.empty()) {
    if (map.has("url")) return;  // what is wrong with it has been told
    map.mistake(map.position_of("url"), "url",
                fmt::format("is missing: where to send to, here or in the environment variable {}",
                            variable));
  } else if (const auto checked = check_url(webhook.url.reveal()); !checked) {
    map.mistake(map.position_of("url"), "url", checked.error().message);
  }
}

}  // namespace

void read_notify(MapReader& top, std::vector<WebhookConfig>& webhooks, Reading& reading) {
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
    WebhookConfig webhook;
    webhook.name = given[i];
    if (!map.has("name")) {
      webhook.name = "webhook";
      for (int number = 2; names.has(webhook.name); ++number) {
        webhook.name = fmt::format("webhook-{}", number);
      }
      names.take({webhook.name, nodes[i]->at});
    }
    read_type(map);
    read_url(map, webhook);
    map.duration("timeout", webhook.timeout, 100ms, 2min);
    map.refuse_unknown_keys();
    webhooks.push_back(std::move(webhook));
  }
}

}  // namespace livesonic::config
