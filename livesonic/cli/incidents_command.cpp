// SPDX-License-Identifier: Apache-2.0

#include "livesonic/cli/commands.h"
#include "livesonic/cli/table.h"
#include "livesonic/cli/views.h"

namespace livesonic::cli {
namespace {

using Kind = Parameter::Kind;

void print_members(Screen& screen, const std::vector<Json>& incidents, Time now) {
  Table table({{"CLUSTER"}, {"CAUSE"}, {"INSTANCE"}, {"ID"}, {"SINCE"}, {"UNTIL"}, {"DETAIL"}});
  for (const Json& incident : incidents) {
    for (const Json& one : list_of(incident, "members")) {
      table.add({text_of(incident, "cluster"), text_of(incident, "cause"), text_of(one, "label"),
                 text_of(one, "instance"), age_of(one, "since", now), age_of(one, "until", now),
                 text_of(one, "detail")});
    }
  }
  if (table.empty()) return;
  screen.line({});
  table.print(screen);
}

int incidents(Session& session, const Arguments& arguments) {
  const int states =
      int{arguments.has("--open")} + int{arguments.has("--closed")} + int{arguments.has("--all")};
  if (states > 1) return session.wrong_use("only one of --open, --closed and --all makes sense");
  std::map<std::string, std::string> query{{"state", arguments.has("--closed") ? "closed"
                                                     : arguments.has("--all")  ? "all"
                                                                               : "open"}};
  if (const auto cluster = arguments.value("--cluster")) query["cluster"] = *cluster;
  if (const auto limit = arguments.value("--limit")) query["limit"] = *limit;
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto answer = api->get("/incidents", query);
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);

  const auto found = list_of(answer->body, "incidents");
  if (found.empty()) {
    const bool open = query["state"] == "open";
    session.screen().line({open ? Span("No open incident.", Style::kGreen) : Span("No incident.")});
    return kDone;
  }
  print_incidents(session.screen(), found, session.now());
  if (arguments.has("--members")) print_members(session.screen(), found, session.now());
  return kDone;
}

}  // namespace

Command incidents_command() {
  return {
      .name = "incidents",
      .summary = "what is wrong, and what was",
      .help =
          "One incident per cluster and cause, however many instances suffer. It opens after\n"
          "some bad polls in a row and closes after some good ones; newest first.",
      .examples = {"livesonic incidents", "livesonic incidents --members",
                   "livesonic incidents --all --cluster web --limit 20"},
      .parameters = {{Kind::kFlag, "--open", "", "open ones; so unless told otherwise", false},
                     {Kind::kFlag, "--closed", "", "closed ones", false},
                     {Kind::kFlag, "--all", "", "both", false},
                     {Kind::kOption, "--cluster", "CLUSTER", "only of this one", false},
                     {Kind::kOption, "--limit", "N", "at most so many", false},
                     {Kind::kFlag, "--members", "", "list the instances too", false}},
      .run = incidents,
      .subcommands = {},
  };
}

}  // namespace livesonic::cli
