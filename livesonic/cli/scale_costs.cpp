// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/scale_costs.h"

#include <fmt/format.h>

#include "livesonic/cli/asking.h"
#include "livesonic/cli/table.h"
#include "livesonic/cli/views.h"

namespace livesonic::cli {
namespace {

using Kind = Parameter::Kind;

std::string hours_in(const Json& object, const char* key) {
  return fmt::format("{:.1f}", number_of(object, key).value_or(0));
}

Span dollars(const Json& object) {
  const auto usd = number_of(object, "usd");
  return usd ? Span(fmt::format("{:.2f}", *usd)) : Span("unknown", Style::kYellow);
}

// A row each for lifecycle and type, and one for their sum where there are several.
void add_rows(Table& table, const Json& cluster) {
  const auto row = [&](const Json& one, Span lifecycle, std::string type) {
    const double unpriced = number_of(one, "unpriced_hours").value_or(0);
    table.add({text_of(cluster, "cluster"), std::move(lifecycle), std::move(type),
               hours_in(one, "instance_hours"),
               unpriced > 0 ? Span(hours_in(one, "unpriced_hours"), Style::kYellow) : Span(""),
               dollars(one)});
  };
  const auto lines = list_of(cluster, "lines");
  for (const Json& line : lines) row(line, text_of(line, "lifecycle"), text_of(line, "type"));
  if (lines.size() != 1) row(cluster, Span("all", Style::kBold), "");
}

void print(Screen& screen, const Json& answer) {
  screen.line({fmt::format("{} to {} UTC", moment_of(answer, "from"), moment_of(answer, "to"))});
  Table costs({{"CLUSTER"},
               {"LIFECYCLE"},
               {"TYPE"},
               {"HOURS", Align::kRight},
               {"NO PRICE", Align::kRight},
               {"USD", Align::kRight}});
  Table savings({{"CLUSTER"}, {"SAVES"}, {"USD", Align::kRight}, {"HOW"}});
  for (const Json& cluster : list_of(answer, "clusters")) {
    add_rows(costs, cluster);
    for (const Json& saving : list_of(cluster, "savings")) {
      savings.add({text_of(cluster, "cluster"), text_of(saving, "what"), dollars(saving),
                   text_of(saving, "how")});
    }
  }
  if (costs.empty()) {
    screen.line({"Nothing was billed in this time: a server bills once a minute."});
    return;
  }
  costs.print(screen);
  if (savings.empty()) return;
  screen.line({});
  savings.print(screen);
}

int costs(Session& session, const Arguments& arguments) {
  std::map<std::string, std::string> query{{"last", arguments.value("--last").value_or("7d")}};
  if (const auto cluster = arguments.value("CLUSTER")) query["cluster"] = *cluster;
  return ask(
      session, [&](ApiClient& api) { return api.get("/costs", query); },
      [&](const Json& answer) { print(session.screen(), answer); });
}

}  // namespace

Command scale_costs_command() {
  return {
      .name = "costs",
      .summary = "what the clusters have cost, and what would have cost less",
      .help =
          "By whole hours, as a server has billed them: by AWS's prices where it may ask for\n"
          "them. The savings are of the same money and don't add up; each says what it takes\n"
          "for granted.",
      .examples = {"livesonic scale costs", "livesonic scale costs web --last 30d --json"},
      .parameters = {{Kind::kPositional, "CLUSTER", "", "only this one", false},
                     {Kind::kOption, "--last", "DURATION", "up to now; 7d unless given", false}},
      .run = costs,
      .subcommands = {}};
}

}  // namespace livesonic::cli
