// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <utility>

#include "livesonic/cli/asking.h"
#include "livesonic/cli/commands.h"
#include "livesonic/cli/expectation_options.h"
#include "livesonic/cli/views.h"

namespace livesonic::cli {
namespace {

using Kind = Parameter::Kind;

Result<Json> service_of(const Arguments& arguments) {
  Json service{{"name", arguments.text("NAME")}, {"command", arguments.text("--command")}};
  if (auto added = add_expectations(arguments, "exit", 0, 255, service); !added) {
    return fail(added.error());
  }
  for (const char* key : {"metric", "timeout", "interval"}) {
    if (const auto value = arguments.value(std::string("--") + key)) service[key] = *value;
  }
  if (arguments.has("--plugin")) service["plugin"] = true;
  if (arguments.has("--cluster")) service["clusters"] = arguments.values("--cluster");
  return service;
}

int add(Session& session, const Arguments& arguments) {
  const auto service = service_of(arguments);
  if (!service) return session.fail_with(service.error());
  return ask(
      session, [&](ApiClient& api) { return api.post("/services", *service); },
      [&](const Json& answer) {
        session.screen().line(
            {fmt::format("Added {}: checked from the next poll on, on clusters: {}.",
                         arguments.text("NAME"), clusters_text(answer))});
      });
}

int list(Session& session, const Arguments&) {
  return ask(
      session, [](ApiClient& api) { return api.get("/services"); },
      [&](const Json& answer) {
        const auto services = list_of(answer, "services");
        if (services.empty()) {
          session.screen().line({"No service is checked yet; see: livesonic service add --help"});
        } else {
          print_services(session.screen(), services);
        }
      });
}

int remove(Session& session, const Arguments& arguments) {
  return ask_to_remove(session, "/services/" + arguments.text("NAME"), arguments.text("NAME"));
}

std::vector<Parameter> add_parameters() {
  std::vector<Parameter> all{
      {Kind::kPositional, "NAME", "", "what to call it: letters, digits, . _ -", true},
      {Kind::kOption, "--command", "COMMAND", "what to run", true}};
  for (Parameter& one : expectation_parameters("exit", "stdout")) all.push_back(std::move(one));
  all.push_back(
      {Kind::kOption, "--metric", "LABEL", "the plugin's metric that the ranges are for", false});
  all.push_back({Kind::kFlag, "--plugin", "",
                 "a Nagios plugin, also where something else is expected of it", false});
  all.push_back({Kind::kRepeated, "--cluster", "CLUSTER",
                 "only on this one; may be repeated. Without it: on all", false});
  all.push_back(
      {Kind::kOption, "--timeout", "DURATION", "how long it may take; 10s unless given", false});
  all.push_back({Kind::kOption, "--interval", "DURATION",
                 "how often it is run; at each poll unless given", false});
  return all;
}

Command add_command() {
  return {
      .name = "add",
      .summary = "check something on the instances of some clusters, or of all",
      .help =
          "The command is run over SSH on each instance, at each poll, as the login shell\n"
          "takes it. With nothing expected it is a Nagios plugin: its exit status tells how\n"
          "things are (0 ok, 1 warning, 2 critical, 3 unknown), and its metrics are kept.\n"
          "Otherwise all that is given must hold.",
      .examples =
          {"livesonic service add disk --command '/usr/lib/nagios/plugins/check_disk -w 10%'",
           "livesonic service add nginx --command 'systemctl is-active nginx' --expect active "
           "--cluster web",
           "livesonic service add queue --command 'wc -l </var/queue' --warning 100 --critical 500",
           "livesonic service add health --command 'curl -sf localhost/health' "
           "--expect-json /status=ok --interval 5m"},
      .parameters = add_parameters(),
      .run = add,
      .subcommands = {},
  };
}

}  // namespace

Command service_command() {
  return {
      .name = "service",
      .summary = "add, list and remove service checks",
      .help =
          "A service is a command run on each instance of chosen clusters, and what it must\n"
          "return.",
      .examples = {"livesonic service list"},
      .parameters = {},
      .run = {},
      .subcommands = {add_command(),
                      {.name = "list",
                       .summary = "all services",
                       .help = "Lists the services, what they run and what they expect.",
                       .examples = {"livesonic service list", "livesonic service list --json"},
                       .parameters = {},
                       .run = list,
                       .subcommands = {}},
                      {.name = "remove",
                       .summary = "stop checking a service",
                       .help = "One of the configuration file is to be taken out there.",
                       .examples = {"livesonic service remove nginx"},
                       .parameters = {{Kind::kPositional, "NAME", "", "the service", true}},
                       .run = remove,
                       .subcommands = {}}},
  };
}

}  // namespace livesonic::cli
