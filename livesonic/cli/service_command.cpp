// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>

#include "livesonic/cli/commands.h"
#include "livesonic/cli/views.h"

namespace livesonic::cli {
namespace {

using Kind = Parameter::Kind;

Result<Json> service_of(const Arguments& arguments) {
  Json service{{"name", arguments.text("NAME")}, {"command", arguments.text("--command")}};
  const auto take = [&](const char* option, const char* key) {
    if (const auto value = arguments.value(option)) service[key] = *value;
  };
  take("--expect", "expect");
  take("--expect-contains", "expect_contains");
  take("--expect-regex", "expect_regex");
  take("--timeout", "timeout");
  if (const auto digits = arguments.value("--expect-exit")) {
    int status = 0;
    const char* end = digits->data() + digits->size();
    const auto [last, error] = std::from_chars(digits->data(), end, status);
    if (error != std::errc{} || last != end || status < 0 || status > 255) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("--expect-exit must be from 0 to 255, not '{}'", *digits));
    }
    service["expect_exit"] = status;
  }
  if (arguments.has("--cluster")) service["clusters"] = arguments.values("--cluster");
  return service;
}

int add(Session& session, const Arguments& arguments) {
  const auto service = service_of(arguments);
  if (!service) return session.fail_with(service.error());
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto answer = api->post("/services", *service);
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  session.screen().line({fmt::format("Added {}: checked from the next poll on, on clusters: {}.",
                                     arguments.text("NAME"), clusters_text(answer->body))});
  return kDone;
}

int list(Session& session, const Arguments&) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto answer = api->get("/services");
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  const auto services = list_of(answer->body, "services");
  if (services.empty()) {
    session.screen().line({"No service is checked yet; see: livesonic service add --help"});
  } else {
    print_services(session.screen(), services);
  }
  return kDone;
}

int remove(Session& session, const Arguments& arguments) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto answer = api->remove("/services/" + arguments.text("NAME"));
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  session.screen().line({fmt::format("Removed {}.", arguments.text("NAME"))});
  return kDone;
}

Command add_command() {
  return {
      .name = "add",
      .summary = "check something on the instances of some clusters, or of all",
      .help =
          "The command is run over SSH on each instance, at each poll, as the login shell\n"
          "takes it. All expectations that are given must hold; with none the command must\n"
          "exit with 0, so that Nagios plugins work as they are.",
      .examples =
          {"livesonic service add nginx --command 'systemctl is-active nginx' --expect active "
           "--cluster web",
           "livesonic service add disk --command '/usr/lib/nagios/plugins/check_disk -w 10%'",
           "livesonic service add health --command 'curl -sf localhost/health' "
           "--expect-regex '\"ok\": *true' --timeout 5s"},
      .parameters = {{Kind::kPositional, "NAME", "", "what to call it: letters, digits, . _ -",
                      true},
                     {Kind::kOption, "--command", "COMMAND", "what to run", true},
                     {Kind::kOption, "--expect", "TEXT",
                      "stdout, without white space at its ends, is this", false},
                     {Kind::kOption, "--expect-contains", "TEXT", "stdout has this in it", false},
                     {Kind::kOption, "--expect-regex", "PATTERN",
                      "this RE2 pattern matches somewhere in stdout", false},
                     {Kind::kOption, "--expect-exit", "STATUS", "the exit status, 0 to 255", false},
                     {Kind::kRepeated, "--cluster", "CLUSTER",
                      "only on this one; may be repeated. Without it: on all", false},
                     {Kind::kOption, "--timeout", "DURATION",
                      "how long it may take; 10s unless "
                      "given",
                      false}},
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
