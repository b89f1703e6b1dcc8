// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "livesonic/cli/commands.h"
#include "livesonic/cli/views.h"

namespace livesonic::cli {
namespace {

void print_poll(Screen& screen, const Json& poll) {
  const auto failing = integer_of(poll, "failing");
  const auto unreachable = integer_of(poll, "unreachable");
  std::vector<Span> line{Span(text_of(poll, "cluster"), Style::kBold), ": score ",
                         score_span(number_of(poll, "mean")),
                         fmt::format(", {} of {} instances scored", integer_of(poll, "scored"),
                                     integer_of(poll, "instances"))};
  if (failing > 0) line.emplace_back(fmt::format(", {} failing", failing), Style::kRed);
  if (unreachable > 0) line.emplace_back(fmt::format(", {} unreachable", unreachable), Style::kRed);
  if (const std::string error = text_of(poll, "error"); !error.empty()) {
    line.emplace_back("; AWS could not be asked: " + error, Style::kRed);
  }
  screen.line(line);
}

int poll(Session& session, const Arguments& arguments) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto cluster = arguments.value("CLUSTER");
  const auto answer = api->post(cluster ? "/clusters/" + *cluster + "/poll" : "/poll",
                                Json::object(), ApiClient::kLong);
  if (!answer) return session.fail_with(answer.error());

  const std::vector<Json> polls =
      cluster ? std::vector<Json>{answer->body} : list_of(answer->body, "polls");
  bool failed = false;
  for (const Json& one : polls) failed = failed || !text_of(one, "error").empty();
  if (session.json()) {
    session.print_json(answer->body);
  } else if (polls.empty()) {
    session.screen().line({"No cluster is registered; see: livesonic cluster add --help"});
  } else {
    for (const Json& one : polls) print_poll(session.screen(), one);
  }
  return failed ? kFailed : kDone;
}

}  // namespace

Command poll_command() {
  return {
      .name = "poll",
      .summary = "poll all clusters, or one, now; for cron and for trying things out",
      .help =
          "Asks AWS for the instances, runs serverscore and the service checks on each, and\n"
          "does what follows from it: history, incidents, notifications. Ends when all is\n"
          "done, and prints a line for each cluster. It fails when AWS could not be asked\n"
          "for one of them; instances in trouble are no failure of the poll.",
      .examples = {"livesonic poll --once", "livesonic poll web",
                   "* * * * * livesonic poll --once   (in a crontab, instead of a server)"},
      .parameters = {{Parameter::Kind::kPositional, "CLUSTER", "", "only this one", false},
                     {Parameter::Kind::kFlag, "--once", "",
                      "once; always so, and good to say in a crontab", false}},
      .run = poll,
      .subcommands = {},
  };
}

}  // namespace livesonic::cli
