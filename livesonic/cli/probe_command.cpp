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

Result<Json> probe_of(const Arguments& arguments) {
  Json probe{{"name", arguments.text("NAME")},
             {"kind", arguments.text("--kind")},
             {"clusters", arguments.values("--cluster")}};
  if (auto added = add_expectations(arguments, "status", 100, 599, probe); !added) {
    return fail(added.error());
  }
  for (const char* key : {"target", "send", "timeout", "interval"}) {
    if (const auto value = arguments.value(std::string("--") + key)) probe[key] = *value;
  }
  if (const auto digits = arguments.value("--redirects")) {
    const auto number = number_of_option("--redirects", *digits, 0, 10);
    if (!number) return fail(number.error());
    probe["redirects"] = *number;
  }
  if (arguments.has("--address")) probe["addresses"] = arguments.values("--address");
  if (arguments.has("--no-verify")) probe["verify"] = false;
  return probe;
}

int add(Session& session, const Arguments& arguments) {
  const auto probe = probe_of(arguments);
  if (!probe) return session.fail_with(probe.error());
  return ask(
      session, [&](ApiClient& api) { return api.post("/probes", *probe); },
      [&](const Json& answer) {
        session.screen().line(
            {fmt::format("Added {}: {} of {}, from the next poll on.", arguments.text("NAME"),
                         text_of(answer, "kind"), text_of(answer, "target"))});
      });
}

int list(Session& session, const Arguments&) {
  return ask(
      session, [](ApiClient& api) { return api.get("/probes"); },
      [&](const Json& answer) {
        const auto probes = list_of(answer, "probes");
        if (probes.empty()) {
          session.screen().line({"Nothing is probed yet; see: livesonic probe add --help"});
        } else {
          print_probes(session.screen(), probes);
        }
      });
}

int remove(Session& session, const Arguments& arguments) {
  return ask_to_remove(session, "/probes/" + arguments.text("NAME"), arguments.text("NAME"));
}

std::vector<Parameter> add_parameters() {
  std::vector<Parameter> all{
      {Kind::kPositional, "NAME", "", "what to call it: letters, digits, . _ -", true},
      {Kind::kOption, "--kind", "KIND", "http, tcp, dns or tls", true},
      {Kind::kRepeated, "--cluster", "CLUSTER", "whose front this is; may be repeated", true},
      {Kind::kOption, "--target", "TARGET",
       "a URL, HOST:PORT or a name; the balancer's own unless given", false}};
  for (Parameter& one : expectation_parameters("status", "the answer")) {
    all.push_back(std::move(one));
  }
  all.push_back({Kind::kRepeated, "--address", "ADDRESS",
                 "dns: an address that may be answered; may be repeated", false});
  all.push_back({Kind::kOption, "--send", "TEXT", "tcp: what is said first", false});
  all.push_back({Kind::kOption, "--redirects", "N", "http: how many are followed; 0", false});
  all.push_back({Kind::kFlag, "--no-verify", "",
                 "http, tls: also with a certificate that is not valid", false});
  all.push_back(
      {Kind::kOption, "--timeout", "DURATION", "how long it may take; 10s unless given", false});
  all.push_back({Kind::kOption, "--interval", "DURATION",
                 "how often it is made; at each poll unless given", false});
  return all;
}

Command add_command() {
  return {
      .name = "add",
      .summary = "check what lies in front of a fleet, from here",
      .help =
          "Livesonic asks itself, at each poll of the cluster: http gets a page, tcp connects,\n"
          "dns resolves a name, tls looks at the certificate and how long it lasts. RANGEs\n"
          "are of seconds, for tls of the days left (14: and 3: unless given).",
      .examples = {"livesonic probe add front --kind http --cluster web",
                   "livesonic probe add site --kind http --cluster web "
                   "--target https://www.example.com/ --expect-contains ok",
                   "livesonic probe add cert --kind tls --cluster web --target www.example.com:443",
                   "livesonic probe add smtp --kind tcp --cluster mail --target mx.example.com:25 "
                   "--expect-regex '^220 '"},
      .parameters = add_parameters(),
      .run = add,
      .subcommands = {},
  };
}

}  // namespace

Command probe_command() {
  return {
      .name = "probe",
      .summary = "add, list and remove probes of what lies in front of the fleets",
      .help =
          "A probe is made by Livesonic itself, not on the instances: does the site answer,\n"
          "does the name resolve, does the certificate last?",
      .examples = {"livesonic probe list"},
      .parameters = {},
      .run = {},
      .subcommands = {add_command(),
                      {.name = "list",
                       .summary = "all probes",
                       .help = "Lists the probes, what they ask and what they expect.",
                       .examples = {"livesonic probe list", "livesonic probe list --json"},
                       .parameters = {},
                       .run = list,
                       .subcommands = {}},
                      {.name = "remove",
                       .summary = "make a probe no more",
                       .help = "One of the configuration file is to be taken out there.",
                       .examples = {"livesonic probe remove front"},
                       .parameters = {{Kind::kPositional, "NAME", "", "the probe", true}},
                       .run = remove,
                       .subcommands = {}}},
  };
}

}  // namespace livesonic::cli
