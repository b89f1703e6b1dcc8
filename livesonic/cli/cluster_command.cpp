// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "livesonic/cli/cluster_view.h"
#include "livesonic/cli/commands.h"
#include "livesonic/cli/table.h"
#include "livesonic/cli/views.h"

namespace livesonic::cli {
namespace {

constexpr auto kPositional = Parameter::Kind::kPositional;

int add(Session& session, const Arguments& arguments) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const std::string name = arguments.text("NAME");
  const auto answer =
      api->post("/clusters", {{"name", name}, {"elb", arguments.text("--elb")}}, ApiClient::kLong);
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  const std::string balancer = arguments.text("--elb");
  session.screen().line(
      {answer->status == 201
           ? fmt::format("Registered {}: the instances behind {} will be watched.", name, balancer)
           : fmt::format("{} is registered already, for {}.", name, balancer)});
  return kDone;
}

int list(Session& session, const Arguments&) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto answer = api->get("/clusters");
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  Table table({{"CLUSTER"},
               {"KIND"},
               {"RESOURCE"},
               {"ORIGIN"},
               {"INSTANCES", Align::kRight},
               {"SCORE", Align::kRight},
               {"REGISTERED (UTC)"}});
  for (const Json& cluster : list_of(answer->body, "clusters")) {
    table.add({text_of(cluster, "name"), text_of(cluster, "kind"), text_of(cluster, "resource"),
               text_of(cluster, "origin"),
               fmt::format("{}", integer_of(member(cluster, "instances"), "watched")),
               score_span(number_of(member(cluster, "score"), "mean")),
               moment_of(cluster, "registered_at")});
  }
  if (table.empty()) {
    session.screen().line({"No cluster is registered yet. The first one:"});
    session.screen().line({"  livesonic cluster add web --elb NAME-OF-THE-LOAD-BALANCER"});
  } else {
    table.print(session.screen());
  }
  return kDone;
}

int show(Session& session, const Arguments& arguments) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  std::map<std::string, std::string> query;
  if (arguments.has("--gone")) query["gone"] = "true";
  const auto answer = api->get("/clusters/" + arguments.text("NAME"), query);
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  print_cluster(session.screen(), answer->body, session.now());
  return kDone;
}

int remove(Session& session, const Arguments& arguments) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto answer = api->remove("/clusters/" + arguments.text("NAME"));
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  session.screen().line({fmt::format("Removed {}.", arguments.text("NAME"))});
  return kDone;
}

}  // namespace

Command cluster_command() {
  const Parameter name{kPositional, "NAME", "", "the cluster", true};
  return {
      .name = "cluster",
      .summary = "register, list, show and remove clusters",
      .help =
          "A cluster is what stands behind a load balancer. Register the balancer once; its\n"
          "instances are found, and found again as they come and go.",
      .examples = {"livesonic cluster add web --elb web-elb", "livesonic cluster show web"},
      .parameters = {},
      .run = {},
      .subcommands =
          {{.name = "add",
            .summary = "register a load balancer",
            .help = "Registers a classic load balancer under a name of your choice. With a\n"
                    "server running its instances are looked for at once. Doing it again is no\n"
                    "mistake; the same name for another balancer is.",
            .examples = {"livesonic cluster add web --elb web-elb"},
            .parameters = {{kPositional, "NAME", "", "what to call it: letters, digits, . _ -",
                            true},
                           {Parameter::Kind::kOption, "--elb", "BALANCER",
                            "the classic load balancer's name on AWS", true}},
            .run = add,
            .subcommands = {}},
           {.name = "list",
            .summary = "all clusters",
            .help = "Lists the clusters and where they were registered: in the configuration\n"
                    "file, or by an operator.",
            .examples = {"livesonic cluster list", "livesonic cluster list --json"},
            .parameters = {},
            .run = list,
            .subcommands = {}},
           {.name = "show",
            .summary = "a cluster's instances, services and open incidents",
            .help = "Shows each instance with its latest score and checks, what the balancer and\n"
                    "EC2 say of it, and where it is.",
            .examples = {"livesonic cluster show web", "livesonic cluster show web --gone"},
            .parameters = {name,
                           {Parameter::Kind::kFlag, "--gone", "",
                            "retired instances too, and why they went", false}},
            .run = show,
            .subcommands = {}},
           {.name = "remove",
            .summary = "stop watching a cluster",
            .help = "Retires its instances, closes its incidents and forgets the registration.\n"
                    "One that the configuration file registers is to be taken out there.",
            .examples = {"livesonic cluster remove web"},
            .parameters = {name},
            .run = remove,
            .subcommands = {}}},
  };
}

}  // namespace livesonic::cli
