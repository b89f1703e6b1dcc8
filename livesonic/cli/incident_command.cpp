// SPDX-License-Identifier: Apache-2.0
// What people do about one incident.
#include <fmt/format.h>

#include <functional>

#include "livesonic/base/time_text.h"
#include "livesonic/cli/asking.h"
#include "livesonic/cli/commands.h"
#include "livesonic/cli/people.h"
#include "livesonic/cli/table.h"
#include "livesonic/cli/views.h"

namespace livesonic::cli {
namespace {

using Kind = Parameter::Kind;

std::string path_of(const Arguments& arguments, const char* rest = "") {
  return "/incidents/" + arguments.text("ID") + rest;
}

void print_incident(Session& session, const Json& incident) {
  Screen& screen = session.screen();
  const Time now = session.now();
  screen.line({text_of(incident, "summary")});
  const auto fact = [&](const char* name, const std::string& value) {
    if (!value.empty()) screen.line({fmt::format("  {:<12} {}", name, value)});
  };
  fact("id", text_of(incident, "id"));
  fact("cluster", text_of(incident, "cluster"));
  fact("cause", text_of(incident, "cause"));
  fact("severity", text_of(incident, "severity"));
  fact("opened", moment_of(incident, "opened_at") + " UTC");
  if (time_of(incident, "closed_at")) fact("closed", moment_of(incident, "closed_at") + " UTC");
  if (time_of(incident, "flapping_since"))
    fact("flapping", age_of(incident, "flapping_since", now));
  fact("not told", text_of(incident, "muted"));
  fact("runbook", text_of(incident, "runbook"));
  const Json& acknowledged = member(incident, "acknowledged");
  if (acknowledged.is_object()) {
    std::string words = text_of(acknowledged, "by") + ", " + age_of(acknowledged, "at", now);
    if (time_of(acknowledged, "until"))
      words += ", until " + moment_of(acknowledged, "until") + " UTC";
    if (const auto why = text_of(acknowledged, "comment"); !why.empty()) words += ": " + why;
    fact("acknowledged", words);
  }
  std::string channels;
  for (const Json& name : list_of(incident, "channels")) {
    if (name.is_string()) channels += (channels.empty() ? "" : ", ") + name.get<std::string>();
  }
  fact("told", channels.empty() ? "nobody" : channels);
  Table table({{"INSTANCE"}, {"ID"}, {"SINCE"}, {"UNTIL"}, {"DETAIL"}});
  for (const Json& one : list_of(incident, "members")) {
    table.add({text_of(one, "label"), text_of(one, "instance"), age_of(one, "since", now),
               age_of(one, "until", now), text_of(one, "detail")});
  }
  if (!table.empty()) {
    screen.line({});
    table.print(screen);
  }
  for (const Json& comment : list_of(incident, "comments")) {
    screen.line({});
    screen.line({fmt::format("{} ({}): {}", text_of(comment, "by"), age_of(comment, "at", now),
                             text_of(comment, "text"))});
  }
}

// Prints the incident that the question is answered with.
int ask_about(Session& session,
              const std::function<Result<ApiClient::Answer>(ApiClient&)>& question) {
  return ask(session, question, [&](const Json& incident) { print_incident(session, incident); });
}

int show(Session& session, const Arguments& arguments) {
  return ask_about(session, [&](ApiClient& api) { return api.get(path_of(arguments)); });
}

int acknowledge(Session& session, const Arguments& arguments) {
  Json body{{"by", who_am_i()}};
  if (const auto lasts = arguments.value("--for")) body["for"] = *lasts;
  if (const auto why = arguments.value("--comment")) body["comment"] = *why;
  return ask_about(session, [&](ApiClient& api) {
    return api.post(path_of(arguments, "/acknowledgement"), body);
  });
}

int unacknowledge(Session& session, const Arguments& arguments) {
  return ask_about(
      session, [&](ApiClient& api) { return api.remove(path_of(arguments, "/acknowledgement")); });
}

int comment(Session& session, const Arguments& arguments) {
  const Json body{{"by", who_am_i()}, {"text", arguments.text("TEXT")}};
  return ask_about(session,
                   [&](ApiClient& api) { return api.post(path_of(arguments, "/comments"), body); });
}

const Parameter kId{Kind::kPositional, "ID", "",
                    "the incident's id, as `livesonic incidents` shows it", true};

}  // namespace

Command incident_command() {
  return {
      .name = "incident",
      .summary = "look at one incident, acknowledge it, say something about it",
      .help =
          "Whoever acknowledges an incident sees to it: until the acknowledgement ends nobody\n"
          "else is told, no step of escalation is taken and nothing is repeated. Its closing is\n"
          "told in any case.",
      .examples = {"livesonic incident show 3f2a…", "livesonic incident ack 3f2a… --for 2h"},
      .parameters = {},
      .run = {},
      .subcommands =
          {{.name = "show",
            .summary = "everything that is known of it",
            .help = "Its instances, who was told, who said what.",
            .examples = {"livesonic incident show 3f2a…"},
            .parameters = {kId},
            .run = show,
            .subcommands = {}},
           {.name = "ack",
            .summary = "say that you see to it",
            .help = "Without --for it lasts until the incident closes.",
            .examples = {"livesonic incident ack 3f2a… --for 2h --comment 'disk ordered'"},
            .parameters = {kId,
                           {Kind::kOption, "--for", "DURATION", "how long; 2h, 1d", false},
                           {Kind::kOption, "--comment", "TEXT", "what you do about it", false}},
            .run = acknowledge,
            .subcommands = {}},
           {.name = "unack",
            .summary = "take the acknowledgement back",
            .help = "From now on people are told again.",
            .examples = {"livesonic incident unack 3f2a…"},
            .parameters = {kId},
            .run = unacknowledge,
            .subcommands = {}},
           {.name = "comment",
            .summary = "say something about it",
            .help = "Comments stay with the incident, also when it is closed.",
            .examples = {"livesonic incident comment 3f2a… 'it was the new kernel'"},
            .parameters = {kId, {Kind::kPositional, "TEXT", "", "what there is to say", true}},
            .run = comment,
            .subcommands = {}}},
  };
}

}  // namespace livesonic::cli
