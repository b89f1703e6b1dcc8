// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "livesonic/cli/commands.h"
#include "livesonic/cli/table.h"
#include "livesonic/cli/views.h"

namespace livesonic::cli {
namespace {

int list(Session& session, const Arguments& arguments) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  std::map<std::string, std::string> query;
  if (arguments.has("--gone")) query["gone"] = "true";
  const auto answer = api->get("/domains", query);
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  Table table({{"DOMAIN"},
               {"ZONE"},
               {"RECORDS", Align::kRight},
               {"KIND"},
               {"STATE"},
               {"COMMENT"},
               {"CALLER REFERENCE"}});
  for (const Json& domain : list_of(answer->body, "domains")) {
    const std::string gone = moment_of(domain, "gone_at");
    table.add({text_of(domain, "name"), text_of(domain, "zone_id"),
               fmt::format("{}", integer_of(domain, "record_count")),
               flag_of(domain, "private_zone") ? "private" : "public",
               gone.empty() ? Span("live", Style::kGreen) : Span("gone " + gone, Style::kRed),
               text_of(domain, "comment"), text_of(domain, "caller_reference")});
  }
  if (table.empty()) {
    session.screen().line({"No domain is known; to ask Route 53 now: livesonic domains sync"});
  } else {
    table.print(session.screen());
  }
  return kDone;
}

int sync(Session& session, const Arguments&) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto answer = api->post("/domains/sync", Json::object(), ApiClient::kLong);
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  session.screen().line(
      {fmt::format("{} domains live: {} added, {} changed, {} gone.",
                   integer_of(answer->body, "live"), integer_of(answer->body, "added"),
                   integer_of(answer->body, "changed"), integer_of(answer->body, "gone"))});
  return kDone;
}

}  // namespace

Command domains_command() {
  return {
      .name = "domains",
      .summary = "the Route 53 zones that are live",
      .help =
          "Lists the hosted zones as of the last sync, which a server does by itself every\n"
          "'domain_sync_interval'. Zones that vanished are kept, marked as gone.",
      .examples = {"livesonic domains", "livesonic domains --gone", "livesonic domains sync"},
      .parameters = {{Parameter::Kind::kFlag, "--gone", "", "those that vanished too", false}},
      .run = list,
      .subcommands = {{.name = "sync",
                       .summary = "ask Route 53 now",
                       .help = "Lists all hosted zones of the account, and says what changed.",
                       .examples = {"livesonic domains sync"},
                       .parameters = {},
                       .run = sync,
                       .subcommands = {}}},
  };
}

}  // namespace livesonic::cli
