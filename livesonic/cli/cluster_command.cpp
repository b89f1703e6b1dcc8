// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>
#include <system_error>

#include "livesonic/cli/asking.h"
#include "livesonic/cli/cluster_view.h"
#include "livesonic/cli/commands.h"
#include "livesonic/cli/table.h"
#include "livesonic/cli/views.h"

namespace livesonic::cli {
namespace {

constexpr auto kPositional = Parameter::Kind::kPositional;

int add(Session& session, const Arguments& arguments) {
  const std::string name = arguments.text("NAME");
  const bool in_full = arguments.has("--kind") || arguments.has("--resource");
  if (in_full == arguments.has("--elb") ||
      (in_full && !(arguments.has("--kind") && arguments.has("--resource")))) {
    return session.wrong_use("say what it is: either --elb BALANCER, or --kind and --resource");
  }
  Json body{{"name", name}};
  for (const char* key :
       {"elb", "kind", "resource", "account", "region", "remote", "user", "jump", "mode"}) {
    const std::string option = fmt::format("--{}", key);
    if (arguments.has(option)) body[key] = arguments.text(option);
  }
  if (arguments.has("--port")) {
    const std::string text = arguments.text("--port");
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size()) {
      return session.wrong_use("--port takes a number");
    }
    body["port"] = port;
  }
  if (arguments.has("--target-group")) body["target_groups"] = arguments.values("--target-group");
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto answer = api->post("/clusters", body, ApiClient::kLong);
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  const std::string what = arguments.text(in_full ? "--resource" : "--elb");
  const bool every = flag_of(answer->body, "registration");
  session.screen().line(
      {answer->status != 201 ? fmt::format("{} is registered already, for {}.", name, what)
       : every
           ? fmt::format("Registered {}: all that match {} will be watched.", name, what)
           : fmt::format("Registered {}: the instances behind {} will be watched.", name, what)});
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
  return ask_to_remove(session, "/clusters/" + arguments.text("NAME"), arguments.text("NAME"));
}

}  // namespace

Command cluster_command() {
  const Parameter name{kPositional, "NAME", "", "the cluster", true};
  return {
      .name = "cluster",
      .summary = "register, list, show and remove clusters",
      .help =
          "A cluster is what stands behind a load balancer, or is in an Auto Scaling group, an\n"
          "ECS service or a list. Register it once; its instances are found, and found again as\n"
          "they come and go.",
      .examples = {"livesonic cluster add web --elb web-elb", "livesonic cluster show web"},
      .parameters = {},
      .run = {},
      .subcommands =
          {{.name = "add",
            .summary = "register a load balancer, or anything else with instances",
            .help =
                "Registers what instances stand behind, under a name of your choice: a\n"
                "classic load balancer (--elb), or of the kinds elb, alb, nlb, target_group,\n"
                "asg, ecs_service (CLUSTER/SERVICE), tag (role=web, env=prod) and static (hosts)\n"
                "what --resource names. A name with wildcards, or tag:KEY=VALUE for the tag of a\n"
                "balancer, registers all that match, now and later. With a server running the\n"
                "instances are looked for at once. Doing it again is no mistake; the same name\n"
                "for something else is.",
            .examples = {"livesonic cluster add web --elb web-elb",
                         "livesonic cluster add shop --kind alb --resource shop-alb",
                         "livesonic cluster add prod --kind asg --resource 'prod-*'"},
            .parameters =
                {{kPositional, "NAME", "", "what to call it: letters, digits, . _ -", true},
                 {Parameter::Kind::kOption, "--elb", "BALANCER",
                  "the classic load balancer's name on AWS", false},
                 {Parameter::Kind::kOption, "--kind", "KIND",
                  "what else it is: alb, nlb, target_group, asg, …", false},
                 {Parameter::Kind::kOption, "--resource", "NAME",
                  "its name or ARN on AWS; tags; hosts", false},
                 {Parameter::Kind::kOption, "--account", "NAME",
                  "one of the configuration's accounts", false},
                 {Parameter::Kind::kOption, "--region", "REGION", "unless it is the account's own",
                  false},
                 {Parameter::Kind::kRepeated, "--target-group", "NAME",
                  "only this one of an alb or nlb; may be repeated", false},
                 {Parameter::Kind::kOption, "--remote", "WAY",
                  "how its hosts are reached: ssh, ssm or local", false},
                 {Parameter::Kind::kOption, "--user", "USER", "whom to log in as over SSH", false},
                 {Parameter::Kind::kOption, "--port", "PORT", "of SSH", false},
                 {Parameter::Kind::kOption, "--jump", "BASTIONS",
                  "user@host:port,… to go through; or none", false},
                 {Parameter::Kind::kOption, "--mode", "MODE",
                  "poll (the default), or stream: scores each second", false}},
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
            .help = "Shows each instance with its latest score and checks, what the balancer, EC2\n"
                    "and its Auto Scaling group say of it, and where it is; and how far apart are\n"
                    "what was asked for, what is there, and what answers.",
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
