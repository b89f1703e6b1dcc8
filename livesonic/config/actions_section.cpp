// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "livesonic/base/text.h"
#include "livesonic/config/environment_text.h"
#include "livesonic/config/sections.h"
#include "livesonic/config/unique_names.h"
#include "livesonic/config/url.h"

namespace livesonic::config {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLongestCommand = std::size_t{16} * 1024;

void read_kinds(MapReader& map, std::string_view key, std::set<ActionKind>& into,
                Reading& reading) {
  if (!map.has(key)) return;
  into.clear();
  for (const Located& word : map.texts(key)) {
    if (const auto kind = parse_action_kind(word.text)) {
      into.insert(*kind);
    } else {
      reading.mistakes.add(word.at, fmt::format("actions.{}: {}", key, kind.error().message));
    }
  }
}

void read_hours(MapReader& map, ActionLimits& limits, Reading& reading) {
  if (const auto name = map.text("time_zone")) {
    if (const auto zone = TimeZone::find(name->text)) {
      limits.time_zone = *zone;
    } else {
      map.mistake(name->at, "time_zone", zone.error().message);
    }
  }
  if (!map.has("hours")) return;
  limits.hours.clear();
  for (const Located& text : map.texts("hours")) {
    if (const auto window = parse_hours(text.text)) {
      limits.hours.push_back(*window);
    } else {
      reading.mistakes.add(text.at, "actions.hours: " + window.error().message);
    }
  }
}

void read_limits(MapReader& map, ActionLimits& limits, Reading& reading) {
  map.boolean("dry_run", limits.dry_run);
  read_kinds(map, "kinds", limits.kinds, reading);
  read_kinds(map, "approve", limits.approve, reading);
  map.integer("keep", limits.keep, 0, 100'000);
  map.integer("keep_percent", limits.keep_percent, 0, 100);
  map.duration("cluster_cooldown", limits.cluster_cooldown, 0s, 24h * 30);
  map.duration("instance_cooldown", limits.instance_cooldown, 0s, 24h * 30);
  map.integer("per_hour", limits.per_hour, 0, 1000);
  map.integer("per_day", limits.per_day, 0, 10'000);
  read_hours(map, limits, reading);
  map.integer("breaker", limits.breaker, 1, 100);
  map.duration("approval_expires", limits.approval_expires, 1min, 24h * 7);
}

void read_cluster_limits(MapReader& map, ActionsConfig& actions, Reading& reading) {
  UniqueNames names("cluster", reading);
  for (const YamlNode* node : map.maps("clusters")) {
    MapReader one(*node, "actions.clusters", reading);
    const std::string name = names.read(one);
    // What it doesn't say is as in the section, which has been read by now.
    ActionLimits limits = static_cast<const ActionLimits&>(actions);
    read_limits(one, limits, reading);
    one.refuse_unknown_keys();
    actions.clusters.insert_or_assign(name, std::move(limits));
  }
}

void read_host_commands(MapReader& map, ActionsConfig& actions, Reading& reading) {
  UniqueNames names("command", reading);
  for (const YamlNode* node : map.maps("commands")) {
    MapReader one(*node, "actions.commands", reading);
    ActionCommand command;
    command.name = names.read(one);
    if (auto line = one.text("command")) {
      if (line->text.size() > kLongestCommand || line->text.find('\0') != std::string::npos) {
        one.mistake(line->at, "command",
                    fmt::format("must be at most {} bytes without a zero byte", kLongestCommand));
      }
      command.line = std::move(line->text);
    } else if (!one.has("command")) {
      one.mistake(node->at, "command", "is missing: what to run on the instance");
    }
    one.duration("timeout", command.timeout, 1s, 10min);
    for (const Located& cluster : one.texts("clusters")) {
      if (const auto checked = check_name("cluster", cluster.text); !checked) {
        reading.mistakes.add(cluster.at, checked.error().message);
      }
      command.clusters.push_back(cluster.text);
    }
    one.refuse_unknown_keys();
    actions.commands.push_back(std::move(command));
  }
}

void read_webhooks(MapReader& map, ActionsConfig& actions, Reading& reading) {
  UniqueNames names("webhook", reading);
  for (const YamlNode* node : map.maps("webhooks")) {
    MapReader one(*node, "actions.webhooks", reading);
    ActionWebhook webhook;
    webhook.name = names.read(one);
    one.secret("url", action_url_variable(webhook.name), webhook.url);
    if (webhook.url.empty() && !one.has("url")) {
      one.mistake(node->at, "url", "is missing: where to send to");
    } else if (!webhook.url.empty()) {
      const auto checked = check_url(webhook.url.reveal());
      if (!checked) one.mistake(one.position_of("url"), "url", checked.error().message);
    }
    one.duration("timeout", webhook.timeout, 100ms, 2min);
    one.refuse_unknown_keys();
    actions.webhooks.push_back(std::move(webhook));
  }
}

void read_topics(MapReader& map, ActionsConfig& actions, Reading& reading) {
  UniqueNames names("topic", reading);
  for (const YamlNode* node : map.maps("topics")) {
    MapReader one(*node, "actions.topics", reading);
    ActionTopic topic;
    topic.name = names.read(one);
    if (auto arn = one.text("arn")) {
      const auto parts = split(arn->text, ':');
      if (parts.size() != 6 || parts[0] != "arn" || parts[2] != "sns") {
        one.mistake(arn->at, "arn", "is no ARN of an SNS topic: arn:aws:sns:REGION:ACCOUNT:NAME");
      }
      topic.arn = std::move(arn->text);
    } else if (!one.has("arn")) {
      one.mistake(node->at, "arn", "is missing");
    }
    one.text("account", topic.account);
    one.refuse_unknown_keys();
    actions.topics.push_back(std::move(topic));
  }
}

}  // namespace

void read_actions(const YamlNode& node, ActionsConfig& actions, Reading& reading) {
  MapReader map(node, "actions", reading);
  read_limits(map, actions, reading);
  read_cluster_limits(map, actions, reading);
  read_host_commands(map, actions, reading);
  read_webhooks(map, actions, reading);
  read_topics(map, actions, reading);
  map.refuse_unknown_keys();
}

}  // namespace livesonic::config
