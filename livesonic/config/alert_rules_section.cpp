// SPDX-License-Identifier: Apache-2.0
// The rules below `alerts`, and who is told when: read after the channels and the actions, whose
// names they use.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "livesonic/base/text.h"
#include "livesonic/config/sections.h"
#include "livesonic/config/unique_names.h"
#include "livesonic/config/url.h"

namespace livesonic::config {
namespace {

using namespace std::chrono_literals;

// What is found wrong outside of any cluster's rules; see model/incident.h.
constexpr std::array<std::string_view, 8> kTaken{"domain",  "certificate", "monitor", "aws",
                                                 "overdue", "channel",     "breaker", "sound"};

void read_patterns(MapReader& map, std::vector<std::string>& into) {
  for (const Located& name : map.texts("clusters")) {
    const bool fits = !name.text.empty() && name.text.size() <= 64 &&
                      std::all_of(name.text.begin(), name.text.end(), [](char c) {
                        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                               (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' ||
                               c == '*' || c == '?';
                      });
    if (fits) {
      into.push_back(name.text);
    } else {
      map.mistake(name.at, "clusters",
                  fmt::format("'{}' is no cluster's name, nor a pattern of '*' and '?'",
                              printable(shorten(name.text, 80))));
    }
  }
}

std::vector<std::string> read_channels(MapReader& map, const std::vector<std::string>& known) {
  std::vector<std::string> names;
  for (const Located& name : map.texts("channels")) {
    if (std::find(known.begin(), known.end(), name.text) == known.end()) {
      map.mistake(
          name.at, "channels",
          fmt::format("there is no channel '{}' below notify", printable(shorten(name.text, 80))));
    } else {
      names.push_back(name.text);
    }
  }
  return names;
}

std::vector<Escalation> read_escalation(MapReader& map, const std::string& where,
                                        const std::vector<std::string>& known, Reading& reading) {
  std::vector<Escalation> steps;
  for (const YamlNode* node : map.maps("escalate")) {
    MapReader step_map(*node, where + ".escalate", reading);
    Escalation step;
    step_map.duration("after", step.after, 1s, 24h * 7);
    step.channels = read_channels(step_map, known);
    if (step.after <= Duration::zero()) {
      step_map.mistake(node->at, "after", "is missing: how long after the opening");
    }
    if (step.channels.empty()) step_map.mistake(node->at, "channels", "is missing: whom to tell");
    step_map.refuse_unknown_keys();
    steps.push_back(std::move(step));
  }
  std::stable_sort(steps.begin(), steps.end(),
                   [](const Escalation& a, const Escalation& b) { return a.after < b.after; });
  return steps;
}

void read_part(MapReader& map, Rule& rule) {
  const auto given = map.text("part");
  if (!given) return;
  const auto part = parse_score_part(given->text);
  if (part) {
    rule.part = *part;
  } else {
    map.mistake(given->at, "part", part.error().message);
  }
}

// The key `below` (or what it is called for this kind), where the kind needs one.
void read_threshold(MapReader& map, Rule& rule) {
  const bool percent = rule.kind == RuleKind::kCapacity;
  const bool of_scores = rule.kind == RuleKind::kScore || rule.kind == RuleKind::kClusterMean ||
                         rule.kind == RuleKind::kClusterMin || rule.kind == RuleKind::kBurnRate;
  if (percent || of_scores) {
    map.number("below", rule.below, 1, 100);
    if (!map.has("below")) {
      map.mistake(map.position_of("below"), "below",
                  percent ? "is missing: a percentage of the capacity" : "is missing: a score");
    }
  }
  if (rule.kind == RuleKind::kLastWeek) {
    map.number("drop", rule.below, 1, 99);
    if (!map.has("drop")) {
      map.mistake(map.position_of("drop"), "drop",
                  "is missing: by how much the mean score may be lower than a week ago");
    }
  }
  if (map.has("well_at")) {
    double well_at = 0;
    map.number("well_at", well_at, 1, 100);
    if (well_at < rule.below || (!percent && !of_scores) || rule.kind == RuleKind::kBurnRate) {
      map.mistake(map.position_of("well_at"), "well_at",
                  "must not be lower than below, and goes with score, cluster_mean, cluster_min "
                  "and capacity only");
    }
    rule.well_at = well_at;
  }
}

void read_burn_rate(MapReader& map, Rule& rule) {
  if (rule.kind != RuleKind::kBurnRate) return;
  map.number("objective", rule.burn.objective, 50, 99.999);
  map.number("factor", rule.burn.factor, 1, 1000);
  map.duration("long_window", rule.burn.long_window, 5min, 24h * 3);
  map.duration("short_window", rule.burn.short_window, 1min, 24h);
  if (rule.burn.short_window >= rule.burn.long_window) {
    map.mistake(map.position_of("short_window"), "short_window",
                "must be shorter than long_window");
  }
}

void read_severity(MapReader& map, Rule& rule) {
  const auto given = map.text("severity");
  if (!given || given->text == "auto") return;
  const auto known = parse_severity(given->text);
  if (known) {
    rule.severity = *known;
  } else {
    map.mistake(given->at, "severity", known.error().message + "; or auto");
  }
}

// What a remedy may name: the target of its kind of action, which stands below `actions`.
template <typename Named>
void check_target(MapReader& map, const Remedy& remedy, const std::vector<Named>& known,
                  std::string_view what, Position at) {
  const auto found = std::find_if(known.begin(), known.end(),
                                  [&](const Named& one) { return one.name == remedy.target; });
  if (found != known.end()) return;
  std::string names;
  for (const Named& one : known) names += (names.empty() ? "" : ", ") + one.name;
  const std::string there = names.empty()
                                ? fmt::format("there are none below actions.{}s", what)
                                : fmt::format("below actions.{}s there are {}", what, names);
  map.mistake(at, "target",
              remedy.target.empty() ? fmt::format("is missing: the name of a {}; {}", what, there)
                                    : fmt::format("there is no {} '{}'; {}", what,
                                                  printable(shorten(remedy.target, 100)), there));
}

void read_target(MapReader& map, Remedy& remedy, Position node, const ActionsConfig& actions) {
  map.text("target", remedy.target);
  const Position at = map.has("target") ? map.position_of("target") : node;
  switch (remedy.kind) {
    case ActionKind::kRun:
      return check_target(map, remedy, actions.commands, "command", at);
    case ActionKind::kWebhook:
      return check_target(map, remedy, actions.webhooks, "webhook", at);
    case ActionKind::kPublish:
      return check_target(map, remedy, actions.topics, "topic", at);
    default:
      if (remedy.target.empty()) return;
      map.mistake(at, "target",
                  fmt::format("goes with run, webhook and publish only, not with {}",
                              to_string(remedy.kind)));
  }
}

std::vector<Remedy> read_remedies(MapReader& map, const std::string& where, const Rule& rule,
                                  const ActionsConfig& actions, Reading& reading) {
  std::vector<Remedy> remedies;
  for (const YamlNode* node : map.maps("actions")) {
    MapReader one(*node, where + ".actions", reading);
    Remedy remedy;
    bool known_kind = false;
    if (const auto kind = one.text("kind")) {
      const auto known = parse_action_kind(kind->text);
      if (!known) {
        one.mistake(kind->at, "kind", known.error().message);
      } else if (*known == ActionKind::kLaunch || *known == ActionKind::kRelease) {
        one.mistake(kind->at, "kind", "is for scaling alone to ask for: see set_capacity");
      } else if (needs_instance(*known) && of_cluster(rule.kind)) {
        one.mistake(kind->at, "kind",
                    "is about an instance, and the rule about the cluster as a whole");
      } else {
        remedy.kind = *known;
        known_kind = true;
      }
    } else if (!one.has("kind")) {
      one.mistake(node->at, "kind", "is missing: what to do, such as replace or diagnose");
    }
    if (remedy.kind == ActionKind::kSetCapacity) {
      one.integer("add", remedy.add, -1000, 1000);
      if (remedy.add == 0) one.mistake(node->at, "add", "is missing: how many more, such as 2");
    }
    if (known_kind) {
      read_target(one, remedy, node->at, actions);
    } else {
      one.text("target", remedy.target);
    }
    one.text("text", remedy.text);
    one.refuse_unknown_keys();
    remedies.push_back(std::move(remedy));
  }
  return remedies;
}

Rule read_rule(const YamlNode& node, const std::string& where, UniqueNames& names,
               const AlertConfig& defaults, const std::vector<std::string>& channels,
               const ActionsConfig& actions, Reading& reading) {
  MapReader map(node, where, reading);
  Rule rule;
  rule.name = names.read(map);
  if (std::find(kTaken.begin(), kTaken.end(), rule.name) != kTaken.end()) {
    map.mistake(map.position_of("name"), "name",
                fmt::format("'{}' is taken by incidents of no rule; choose another", rule.name));
  }
  if (const auto kind = map.text("kind")) {
    if (const auto known = parse_rule_kind(kind->text)) {
      rule.kind = *known;
    } else {
      map.mistake(kind->at, "kind", known.error().message);
    }
  } else if (!map.has("kind")) {
    map.mistake(node.at, "kind", "is missing: what the rule is about, such as score or capacity");
  }
  read_patterns(map, rule.clusters);
  if (rule.kind == RuleKind::kService || rule.kind == RuleKind::kProbe) {
    for (const Located& service : map.texts("services")) rule.services.push_back(service.text);
  }
  if (rule.kind == RuleKind::kScore) read_part(map, rule);
  read_threshold(map, rule);
  read_burn_rate(map, rule);
  map.duration("for", rule.bad.duration, 0s, 24h * 7);
  map.integer("polls", rule.bad.polls, 1, 100);
  rule.good.polls = 1;
  map.duration("well_for", rule.good.duration, 0s, 24h * 7);
  map.integer("well_polls", rule.good.polls, 1, 100);
  read_severity(map, rule);
  rule.channels = read_channels(map, channels);
  rule.actions = read_remedies(map, where, rule, actions, reading);
  rule.repeat = defaults.repeat;
  map.duration("repeat", rule.repeat, 0s, 24h * 7);
  rule.escalate =
      map.has("escalate") ? read_escalation(map, where, channels, reading) : defaults.escalate;
  if (const auto runbook = map.text("runbook")) {
    if (const auto checked = check_url(runbook->text); !checked) {
      map.mistake(runbook->at, "runbook", checked.error().message);
    }
    rule.runbook = runbook->text;
  }
  map.refuse_unknown_keys();
  return rule;
}

}  // namespace

void read_alert_rules(const YamlNode& alerts, AlertConfig& into,
                      const std::vector<std::string>& channels, const ActionsConfig& actions,
                      Reading& reading) {
  MapReader map(alerts, "alerts", reading);
  map.duration("repeat", into.repeat, 0s, 24h * 7);
  into.escalate = read_escalation(map, "alerts", channels, reading);
  UniqueNames names("rule", reading);
  for (const YamlNode* node : map.maps("rules")) {
    into.rules.push_back(read_rule(*node, "alerts.rules", names, into, channels, actions, reading));
  }
}

Result<Rule> parse_rule(std::string_view text, const Config& config) {
  const Environment nothing = [](const std::string&) { return std::optional<std::string>(); };
  Reading reading{{}, nothing, {}, false};
  Rule rule;
  if (const auto root = parse_yaml(text, reading.mistakes)) {
    UniqueNames names("rule", reading);
    rule = read_rule(*root, "rule", names, config.alerts, names_of(config.channels), config.actions,
                     reading);
  }
  if (reading.mistakes.any()) return fail(reading.mistakes.error());
  return rule;
}

void read_maintenance(MapReader& top, std::vector<MaintenanceConfig>& maintenance,
                      Reading& reading) {
  UniqueNames names("maintenance", reading);
  for (const YamlNode* node : top.maps("maintenance")) {
    MapReader map(*node, "maintenance", reading);
    MaintenanceConfig one;
    one.name = names.read(map);
    read_patterns(map, one.clusters);
    for (const Located& text : map.texts("only")) {
      if (auto matcher = parse_matcher(text.text)) {
        one.only.push_back(std::move(*matcher));
      } else {
        map.mistake(text.at, "only", matcher.error().message);
      }
    }
    const auto at = map.text("at");
    std::string zone;
    map.text("time_zone", zone);
    if (at) {
      auto cron = Cron::parse(at->text, zone);
      if (cron) {
        one.at = std::move(*cron);
      } else {
        map.mistake(at->at, "at", cron.error().message);
      }
    } else if (!map.has("at")) {
      map.mistake(node->at, "at", "is missing: when it begins, as in crontab: \"0 3 * * sun\"");
    }
    map.duration("for", one.lasts, 1min, 24h * 7);
    if (!map.has("for")) map.mistake(node->at, "for", "is missing: how long it takes");
    map.text("comment", one.comment);
    map.refuse_unknown_keys();
    maintenance.push_back(std::move(one));
  }
}

}  // namespace livesonic::config
