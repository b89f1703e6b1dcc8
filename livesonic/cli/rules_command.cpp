// SPDX-License-Identifier: Apache-2.0
// The rules by which incidents are opened: shown, added, removed.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "livesonic/base/time_text.h"
#include "livesonic/cli/asking.h"
#include "livesonic/cli/commands.h"
#include "livesonic/cli/table.h"

namespace livesonic::cli {
namespace {

using Kind = Parameter::Kind;

std::string joined(const Json& rule, const char* key, const char* none) {
  std::string text;
  for (const Json& one : list_of(rule, key)) {
    if (one.is_string()) text += (text.empty() ? "" : ", ") + one.get<std::string>();
  }
  return text.empty() ? none : text;
}

// "3 polls", "5m", "5m, 3 polls"
std::string lasting(const Json& rule, const char* duration, const char* polls) {
  const Duration lasts{integer_of(rule, duration)};
  const auto count = integer_of(rule, polls);
  std::string text = lasts > Duration::zero() ? format_duration(lasts) : "";
  if (count > 1 || text.empty()) {
    text += fmt::format("{}{} poll{}", text.empty() ? "" : ", ", count, count == 1 ? "" : "s");
  }
  return text;
}

std::string threshold(const Json& rule) {
  const auto below = number_of(rule, "below");
  if (!below || *below <= 0) return "";
  const std::string part = text_of(rule, "part");
  std::string text = fmt::format("{}{}{}", part, part.empty() ? "" : " ", *below);
  if (const auto well_at = number_of(rule, "well_at"))
    text += fmt::format(" (well at {})", *well_at);
  return text;
}

std::string actions(const Json& rule) {
  std::string text;
  for (const Json& one : list_of(rule, "actions")) {
    text += (text.empty() ? "" : ", ") + text_of(one, "kind");
  }
  return text;
}

std::string origin(const Json& rule) {
  const std::string text = text_of(rule, "origin");
  return text == "built_in" ? "built in" : text;
}

void print_rules(Session& session, const Json& answer) {
  Table table({{"RULE"},
               {"KIND"},
               {"CLUSTERS"},
               {"BELOW"},
               {"FIRES AFTER"},
               {"WELL AFTER"},
               {"SEVERITY"},
               {"TELLS"},
               {"ACTIONS"},
               {"FROM"}});
  for (const Json& rule : list_of(answer, "rules")) {
    table.add({text_of(rule, "name"), text_of(rule, "kind"), joined(rule, "clusters", "all"),
               threshold(rule), lasting(rule, "for_ms", "polls"),
               lasting(rule, "well_for_ms", "well_polls"), text_of(rule, "severity"),
               joined(rule, "channels", "all"), actions(rule), origin(rule)});
  }
  table.print(session.screen());
}

int rules(Session& session, const Arguments&) {
  return ask(
      session, [](ApiClient& api) { return api.get("/rules"); },
      [&](const Json& answer) { print_rules(session, answer); });
}

// "replace", "set_capacity=+2", "run=restart-app"
Result<Json> action_of(const std::string& text) {
  const std::size_t equals = text.find('=');
  Json action{{"kind", text.substr(0, equals)}};
  if (equals == std::string::npos) return action;
  std::string_view more = std::string_view(text).substr(equals + 1);
  if (action["kind"] != "set_capacity") {
    action["target"] = std::string(more);
    return action;
  }
  if (more.starts_with('+')) more.remove_prefix(1);
  int add = 0;
  const auto [end, error] = std::from_chars(more.data(), more.data() + more.size(), add);
  if (error != std::errc{} || end != more.data() + more.size()) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("--action {}: say by how many, such as set_capacity=+2", text));
  }
  action["add"] = add;
  return action;
}

// "15m=boss,pager"
Result<Json> step_of(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("--escalate {}: say when and to whom, such as 15m=boss", text));
  }
  Json channels = Json::array();
  for (std::size_t from = equals + 1; from <= text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    channels.push_back(text.substr(from, comma - from));
    from = comma + 1;
  }
  return Json{{"after", text.substr(0, equals)}, {"channels", std::move(channels)}};
}

Result<Json> list_from(const Arguments& arguments, const char* option,
                       Result<Json> (*read)(const std::string&)) {
  Json list = Json::array();
  for (const std::string& text : arguments.values(option)) {
    auto one = read(text);
    if (!one) return one;
    list.push_back(std::move(*one));
  }
  return list;
}

// Numbers go as they were written: what is none is the server's to refuse.
Json number_or_text(const std::string& text) {
  const Json number = Json::parse(text, nullptr, false);
  return number.is_number() ? number : Json(text);
}

Result<Json> rule_of(const Arguments& arguments) {
  Json rule{{"name", arguments.text("NAME")}, {"kind", arguments.text("--kind")}};
  for (const char* key :
       {"below", "drop", "well_at", "polls", "well_polls", "objective", "factor"}) {
    std::string option = std::string("--") + key;
    std::replace(option.begin(), option.end(), '_', '-');
    if (const auto value = arguments.value(option)) rule[key] = number_or_text(*value);
  }
  for (const char* key : {"part", "for", "well_for", "long_window", "short_window", "severity",
                          "repeat", "runbook"}) {
    std::string option = std::string("--") + key;
    std::replace(option.begin(), option.end(), '_', '-');
    if (const auto value = arguments.value(option)) rule[key] = *value;
  }
  if (arguments.has("--cluster")) rule["clusters"] = arguments.values("--cluster");
  if (arguments.has("--service")) rule["services"] = arguments.values("--service");
  if (arguments.has("--channel")) rule["channels"] = arguments.values("--channel");
  if (arguments.has("--action")) {
    auto actions = list_from(arguments, "--action", action_of);
    if (!actions) return actions;
    rule["actions"] = std::move(*actions);
  }
  if (arguments.has("--escalate")) {
    auto steps = list_from(arguments, "--escalate", step_of);
    if (!steps) return steps;
    rule["escalate"] = std::move(*steps);
  }
  return rule;
}

int add(Session& session, const Arguments& arguments) {
  const auto rule = rule_of(arguments);
  if (!rule) return session.fail_with(rule.error());
  return ask(
      session, [&](ApiClient& api) { return api.post("/rules", *rule); },
      [&](const Json& answer) {
        session.screen().line(
            {fmt::format("Added {}: judged from the next poll on, on clusters: {}.",
                         arguments.text("NAME"), joined(answer, "clusters", "all"))});
      });
}

int remove(Session& session, const Arguments& arguments) {
  return ask_to_remove(session, "/rules/" + arguments.text("NAME"), arguments.text("NAME"));
}

Command add_command() {
  return {
      .name = "add",
      .summary = "add a rule",
      .help =
          "The keys are those of alerts.rules in the configuration file, and mean the same. The\n"
          "rule holds from the next poll on, and outlives restarts. One of the file of the same\n"
          "name is not replaced; one that is there without being written down is.",
      .examples =
          {"livesonic rules add half-gone --kind capacity --below 60 --for 2m --escalate 15m=boss",
           "livesonic rules add leaking --kind score --below 10 --for 10m --action diagnose "
           "--action replace",
           "livesonic rules add starved --kind score --part memory --below 40 --for 5m",
           "livesonic rules add slow --kind cluster_mean --below 30 --for 5m "
           "--action set_capacity=+2"},
      .parameters =
          {{Kind::kPositional, "NAME", "", "what to call it: letters, digits, . _ -", true},
           {Kind::kOption, "--kind", "KIND", "what it is about: score, capacity, service, …", true},
           {Kind::kOption, "--part", "PART", "of score: its cpu, io, memory, or danger", false},
           {Kind::kOption, "--below", "NUMBER", "bad below this score, or percentage", false},
           {Kind::kOption, "--drop", "NUMBER", "bad when so much lower than a week ago", false},
           {Kind::kOption, "--well-at", "NUMBER", "well again only from here on", false},
           {Kind::kRepeated, "--cluster", "PATTERN",
            "only on these, with * and ?; may be repeated. Without it: on all", false},
           {Kind::kRepeated, "--service", "SERVICE", "only these; may be repeated", false},
           {Kind::kOption, "--for", "DURATION", "how long it must be bad", false},
           {Kind::kOption, "--polls", "NUMBER", "in how many polls in a row; 1 unless given",
            false},
           {Kind::kOption, "--well-for", "DURATION", "how long it must be well", false},
           {Kind::kOption, "--well-polls", "NUMBER", "in how many polls; 1 unless given", false},
           {Kind::kOption, "--objective", "PERCENT", "of burn_rate; 99.5 unless given", false},
           {Kind::kOption, "--factor", "NUMBER", "of burn_rate; 14.4 unless given", false},
           {Kind::kOption, "--long-window", "DURATION", "of burn_rate; 1h unless given", false},
           {Kind::kOption, "--short-window", "DURATION", "of burn_rate; 5m unless given", false},
           {Kind::kOption, "--severity", "SEVERITY", "info, warning, critical, or auto", false},
           {Kind::kRepeated, "--channel", "CHANNEL",
            "whom to tell; may be repeated. Without it: all", false},
           {Kind::kRepeated, "--action", "KIND",
            "what to ask for, one after another: KIND, set_capacity=+2, run=TARGET", false},
           {Kind::kRepeated, "--escalate", "AFTER=CHANNEL,…", "whom to tell later", false},
           {Kind::kOption, "--repeat", "DURATION", "how often to tell that it is still so", false},
           {Kind::kOption, "--runbook", "URL", "for whoever is told", false}},
      .run = add,
      .subcommands = {},
  };
}

}  // namespace

Command rules_command() {
  return {
      .name = "rules",
      .summary = "the rules by which incidents are opened",
      .help =
          "Those of the configuration (alerts.rules), those that operators have added, and those\n"
          "that are there without: scores, reach, services, probes, host keys, and instances that\n"
          "vanish. Without a further word they are listed.",
      .examples = {"livesonic rules", "livesonic rules --json"},
      .parameters = {},
      .run = rules,
      .subcommands = {{.name = "list",
                       .summary = "all rules",
                       .help = "Lists the rules that hold, and where each comes from.",
                       .examples = {"livesonic rules list", "livesonic rules list --json"},
                       .parameters = {},
                       .run = rules,
                       .subcommands = {}},
                      add_command(),
                      {.name = "remove",
                       .summary = "remove a rule that was added",
                       .help =
                           "Its incidents end, and those told of them are told that. One of the\n"
                           "configuration file is to be taken out there.",
                       .examples = {"livesonic rules remove half-gone"},
                       .parameters = {{Kind::kPositional, "NAME", "", "the rule", true}},
                       .run = remove,
                       .subcommands = {}}},
  };
}

}  // namespace livesonic::cli
