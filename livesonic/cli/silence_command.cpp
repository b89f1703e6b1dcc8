// SPDX-License-Identifier: Apache-2.0
// Times in which nobody is told: silences by label, maintenance and deploys of a cluster.
#include <fmt/format.h>

#include "livesonic/cli/asking.h"
#include "livesonic/cli/commands.h"
#include "livesonic/cli/people.h"
#include "livesonic/cli/table.h"
#include "livesonic/cli/views.h"

namespace livesonic::cli {
namespace {

using Kind = Parameter::Kind;

void print_hits(Session& session, const Json& answer) {
  const auto hits = list_of(answer, "hits");
  if (hits.empty()) {
    session.screen().line({"It hits no open incident for now."});
  } else {
    print_incidents(session.screen(), hits, session.now());
  }
}

int post(Session& session, const Json& body) {
  return ask(
      session, [&](ApiClient& api) { return api.post("/silences", body); },
      [&](const Json& answer) {
        const Json& silence = member(answer, "silence");
        if (!body.contains("preview")) {
          session.screen().line(
              {fmt::format("{} {} until {} UTC.", text_of(silence, "kind"), text_of(silence, "id"),
                           moment_of(silence, "ends_at"))});
        }
        print_hits(session, answer);
      });
}

Json body_of(const Arguments& arguments) {
  Json body{{"by", who_am_i()}, {"for", arguments.text("--for")}};
  if (const auto comment = arguments.value("--comment")) body["comment"] = *comment;
  if (const auto start = arguments.value("--from")) body["starts_at"] = *start;
  if (arguments.has("--preview")) body["preview"] = true;
  return body;
}

int add(Session& session, const Arguments& arguments) {
  Json body = body_of(arguments);
  body["matchers"] = arguments.values("MATCHER");
  return post(session, body);
}

int begin(Session& session, const Arguments& arguments, const char* kind) {
  Json body = body_of(arguments);
  body["cluster"] = arguments.text("CLUSTER");
  if (arguments.has("--only")) body["matchers"] = arguments.values("--only");
  body["kind"] = kind;
  return post(session, body);
}

void print_silences(Session& session, const Json& answer) {
  Table table({{"ID"}, {"KIND"}, {"ABOUT"}, {"FROM (UTC)"}, {"UNTIL (UTC)"}, {"BY"}, {"COMMENT"}});
  for (const Json& silence : list_of(answer, "silences")) {
    std::string about;
    for (const Json& matcher : list_of(silence, "matchers")) {
      if (matcher.is_string()) about += (about.empty() ? "" : ", ") + matcher.get<std::string>();
    }
    table.add({text_of(silence, "id"), text_of(silence, "kind"), about,
               moment_of(silence, "starts_at"), moment_of(silence, "ends_at"),
               text_of(silence, "by"), text_of(silence, "comment")});
  }
  if (table.empty()) {
    session.screen().line({"Nothing is silenced."});
  } else {
    table.print(session.screen());
  }
}

int list(Session& session, const Arguments&) {
  return ask(
      session, [](ApiClient& api) { return api.get("/silences"); },
      [&](const Json& answer) { print_silences(session, answer); });
}

int end(Session& session, const Arguments& arguments) {
  const std::string id = arguments.text("ID");
  return ask(
      session, [&](ApiClient& api) { return api.remove("/silences/" + id); },
      [&](const Json&) { session.screen().line({fmt::format("Ended {}.", id)}); });
}

std::vector<Parameter> with_times(std::vector<Parameter> parameters) {
  parameters.push_back({Kind::kOption, "--for", "DURATION", "how long: 30m, 2h, 1d", true});
  parameters.push_back(
      {Kind::kOption, "--from", "TIME", "from then on, in ISO 8601; now unless given", false});
  parameters.push_back({Kind::kOption, "--comment", "TEXT", "why", false});
  parameters.push_back(
      {Kind::kFlag, "--preview", "", "only say which incidents it would hit", false});
  return parameters;
}

Command end_command() {
  return {
      .name = "end",
      .summary = "end one now",
      .help = "People are told at once of what is open and was not told.",
      .examples = {"livesonic silence end 9b1c…"},
      .parameters = {{Kind::kPositional, "ID", "", "as `livesonic silence list` shows it", true}},
      .run = end,
      .subcommands = {}};
}

Command list_command() {
  return {.name = "list",
          .summary = "silences, maintenances and deploys in effect or to come",
          .help = "Those of the timetable are listed while they are in effect.",
          .examples = {"livesonic silence list"},
          .parameters = {},
          .run = list,
          .subcommands = {}};
}

Command begin_command(const char* name, const char* kind, const char* summary) {
  return {
      .name = name,
      .summary = summary,
      .help =
          "Nobody is told of the cluster's incidents meanwhile, whatever its hosts are called.\n"
          "It ends by itself; what is still wrong then is told. --only leaves out what it does\n"
          "not hit, as in --only tag:role=worker: see livesonic silence --help.",
      .examples = {fmt::format("livesonic {} begin web --for 30m", kind),
                   fmt::format("livesonic {} begin web --for 30m --only tag:role=worker", kind)},
      .parameters = with_times(
          {{Kind::kPositional, "CLUSTER", "", "the cluster", true},
           {Kind::kRepeated, "--only", "MATCHER", "only what this hits; may be repeated", false}}),
      .run = [kind](Session& session,
                    const Arguments& arguments) { return begin(session, arguments, kind); },
      .subcommands = {}};
}

}  // namespace

Command silence_command() {
  return {
      .name = "silence",
      .summary = "tell nobody of some incidents for a time",
      .help =
          "A silence holds back openings and repeats; incidents are kept and shown as ever, and\n"
          "closings of what was told go out. It always ends by itself.\n"
          "\n"
          "MATCHER compares a label as in Alertmanager: cluster=web, cause!=score,\n"
          "severity=warning, instance=~\"i-0.*\", name!~db. All must hold. tag:KEY is an AWS tag "
          "of\n"
          "the instances that suffer, as in tag:role=worker; one that is missing is empty.",
      .examples = {"livesonic silence add cluster=web cause=score --for 2h --comment 'load test'",
                   "livesonic silence add name=~'batch-.*' --for 1d --preview",
                   "livesonic silence add tag:role=worker 'tag:env!~prod.*' --for 1d"},
      .parameters = {},
      .run = {},
      .subcommands = {{.name = "add",
                       .summary = "begin one",
                       .help = "With --preview it only says which open incidents it would hit.",
                       .examples = {"livesonic silence add cluster=web --for 2h"},
                       .parameters =
                           with_times({{Kind::kRepeated, "MATCHER", "",
                                        "LABEL=VALUE, !=, =~ or !~; may be repeated", true}}),
                       .run = add,
                       .subcommands = {}},
                      list_command(),
                      end_command()},
  };
}

Command maintenance_command() {
  return {
      .name = "maintenance",
      .summary = "work on a cluster without alarms",
      .help = "A silence of one cluster; regular ones belong into the configuration's timetable.",
      .examples = {"livesonic maintenance begin web --for 2h --comment 'new kernel'"},
      .parameters = {},
      .run = {},
      .subcommands = {begin_command("begin", "maintenance", "begin a maintenance"), list_command(),
                      end_command()}};
}

Command deploy_command() {
  return {.name = "deploy",
          .summary = "say that a cluster is being deployed",
          .help = "Its incidents are not told until the deploy ends, or its time is over.",
          .examples = {"livesonic deploy begin web --for 20m --comment v1.4.2"},
          .parameters = {},
          .run = {},
          .subcommands = {begin_command("begin", "deploy", "a deploy begins"), list_command(),
                          end_command()}};
}

}  // namespace livesonic::cli
