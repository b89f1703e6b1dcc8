// SPDX-License-Identifier: Apache-2.0
// The rules by which incidents are opened.
#include <fmt/format.h>

#include "livesonic/base/time_text.h"
#include "livesonic/cli/asking.h"
#include "livesonic/cli/commands.h"
#include "livesonic/cli/table.h"

namespace livesonic::cli {
namespace {

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
  std::string text = fmt::format("{}", *below);
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

void print_rules(Session& session, const Json& answer) {
  Table table({{"RULE"},
               {"KIND"},
               {"CLUSTERS"},
               {"BELOW"},
               {"FIRES AFTER"},
               {"WELL AFTER"},
               {"SEVERITY"},
               {"TELLS"},
               {"ACTIONS"}});
  for (const Json& rule : list_of(answer, "rules")) {
    table.add({text_of(rule, "name"), text_of(rule, "kind"), joined(rule, "clusters", "all"),
               threshold(rule), lasting(rule, "for_ms", "polls"),
               lasting(rule, "well_for_ms", "well_polls"), text_of(rule, "severity"),
               joined(rule, "channels", "all"), actions(rule)});
  }
  table.print(session.screen());
}

int rules(Session& session, const Arguments&) {
  return ask(
      session, [](ApiClient& api) { return api.get("/rules"); },
      [&](const Json& answer) { print_rules(session, answer); });
}

}  // namespace

Command rules_command() {
  return {
      .name = "rules",
      .summary = "by which rules incidents are opened",
      .help =
          "Those of the configuration (alerts.rules), and those that are there without: scores,\n"
          "reach, services, probes, host keys, and instances that vanish.",
      .examples = {"livesonic rules", "livesonic rules --json"},
      .parameters = {},
      .run = rules,
      .subcommands = {},
  };
}

}  // namespace livesonic::cli
