// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "livesonic/cli/commands.h"
#include "livesonic/cli/table.h"
#include "livesonic/cli/views.h"

namespace livesonic::cli {
namespace {

constexpr Duration kDay = std::chrono::hours{24};

// "2026-03-31", in a colour that says how near that is.
Span day_span(const Json& object, const char* key, Time now) {
  const auto at = time_of(object, key);
  if (!at) return {"", Style::kDim};
  const Duration left = *at - now;
  return {moment_of(object, key).substr(0, 10), left < 7 * kDay    ? Style::kRed
                                                : left < 30 * kDay ? Style::kYellow
                                                                   : Style::kPlain};
}

Span certificate_span(const Json& domain, Time now) {
  const Json& certificate = member(domain, "certificate");
  Span span = day_span(certificate, "expires_at", now);
  if (!text_of(certificate, "problem").empty()) return {span.text + " invalid", Style::kRed};
  if (span.text.empty() && !text_of(certificate, "error").empty()) return {"none", Style::kDim};
  return span;
}

std::string joined(const std::vector<Json>& names) {
  std::string text;
  for (const Json& name : names) {
    if (name.is_string()) text += (text.empty() ? "" : ", ") + name.get<std::string>();
  }
  return text;
}

std::string kind_of(const Json& domain) {
  return flag_of(domain, "private_zone") ? "private" : "public";
}

Span state_of(const Json& domain) {
  const std::string gone = moment_of(domain, "gone_at");
  return gone.empty() ? Span("live", Style::kGreen) : Span("gone " + gone, Style::kRed);
}

// Names that are registered and have no zone of their own here.
void print_registrations(Session& session, const Json& body) {
  std::set<std::string> zones;
  for (const Json& domain : list_of(body, "domains")) zones.insert(text_of(domain, "name"));
  Table table({{"REGISTERED, WITHOUT A ZONE"}, {"EXPIRES"}, {"AUTO-RENEW"}, {"STATE"}});
  for (const Json& one : list_of(body, "registrations")) {
    if (zones.contains(text_of(one, "name") + ".")) continue;
    table.add({text_of(one, "name"), day_span(one, "expires_at", session.now()),
               flag_of(one, "auto_renew") ? "on" : "off", state_of(one)});
  }
  if (table.empty()) return;
  session.screen().line({});
  table.print(session.screen());
}

int list(Session& session, const Arguments& arguments) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  std::map<std::string, std::string> query;
  if (arguments.has("--gone")) query["gone"] = "true";
  if (const auto cluster = arguments.value("--cluster")) query["cluster"] = *cluster;
  const auto answer = api->get("/domains", query);
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  Table table({{"DOMAIN"},
               {"ZONE"},
               {"RECORDS", Align::kRight},
               {"KIND"},
               {"SERVED BY"},
               {"EXPIRES"},
               {"CERTIFICATE"},
               {"STATE"},
               {"COMMENT"}});
  for (const Json& domain : list_of(answer->body, "domains")) {
    table.add({text_of(domain, "name"), text_of(domain, "zone_id"),
               fmt::format("{}", integer_of(domain, "record_count")), kind_of(domain),
               joined(list_of(domain, "clusters")),
               day_span(member(domain, "registration"), "expires_at", session.now()),
               certificate_span(domain, session.now()), state_of(domain),
               text_of(domain, "comment")});
  }
  if (!table.empty()) {
    table.print(session.screen());
  } else if (query.contains("cluster")) {
    session.screen().line({"No domain that is known leads to this cluster."});
    return kDone;
  } else {
    session.screen().line({"No domain is known; to ask Route 53 now: livesonic domains sync"});
  }
  if (!query.contains("cluster")) print_registrations(session, answer->body);
  return kDone;
}

// The id of the zone that is called so, by its id or its name.
Result<std::string> find_zone(ApiClient& api, const std::string& called) {
  const auto answer = api.get("/domains", {{"gone", "true"}});
  if (!answer) return fail(answer.error());
  std::vector<std::string> ids;
  for (const Json& domain : list_of(answer->body, "domains")) {
    const std::string id = text_of(domain, "zone_id");
    const std::string name = text_of(domain, "name");
    if (id == called) return id;
    if (name == called || name == called + ".") ids.push_back(id);
  }
  if (ids.size() == 1) return ids.front();
  if (ids.empty()) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no domain '{}'", called));
  }
  return fail(ErrorKind::kConflict,
              fmt::format("several zones are called {}: {}", called, fmt::join(ids, ", ")));
}

void print_fact(Screen& screen, const char* what, const Span& value) {
  if (!value.text.empty()) screen.line({Span(fmt::format("{:<17}", what), Style::kDim), value});
}

void print_zone(Session& session, const Json& zone) {
  Screen& screen = session.screen();
  const Time now = session.now();
  screen.line({Span(text_of(zone, "name"), Style::kBold)});
  print_fact(screen, "zone", text_of(zone, "zone_id") + ", " + kind_of(zone));
  print_fact(screen, "account", text_of(zone, "account"));
  print_fact(screen, "state", state_of(zone));
  print_fact(screen, "comment", text_of(zone, "comment"));
  print_fact(screen, "caller reference", text_of(zone, "caller_reference"));
  for (const auto& [key, value] : member(zone, "tags").items()) {
    if (value.is_string()) print_fact(screen, "tag", key + " = " + value.get<std::string>());
  }
  print_fact(screen, "served by", joined(list_of(zone, "clusters")));
  const Json& registration = member(zone, "registration");
  if (const Span expires = day_span(registration, "expires_at", now); !expires.text.empty()) {
    print_fact(screen, "registration",
               {fmt::format("{} until {}, auto-renew {}", text_of(registration, "name"),
                            expires.text, flag_of(registration, "auto_renew") ? "on" : "off"),
                expires.style});
  }
  const Json& certificate = member(zone, "certificate");
  if (const Span expires = day_span(certificate, "expires_at", now); !expires.text.empty()) {
    print_fact(screen, "certificate",
               {fmt::format("until {}, by {}", expires.text, text_of(certificate, "issuer")),
                expires.style});
  }
  print_fact(screen, "invalid", {text_of(certificate, "problem"), Style::kRed});
  print_fact(screen, "last attempt", {text_of(certificate, "error"), Style::kYellow});

  Table aliases({{"ALIAS"}, {"TYPE"}, {"LEADS TO"}, {"CLUSTERS"}});
  for (const Json& alias : list_of(zone, "aliases")) {
    aliases.add({text_of(alias, "name"), text_of(alias, "type"), text_of(alias, "target"),
                 joined(list_of(alias, "clusters"))});
  }
  if (!aliases.empty()) {
    screen.line({});
    aliases.print(screen);
  }
  Table counts({{"SINCE (UTC)"}, {"RECORDS", Align::kRight}});
  for (const Json& count : list_of(zone, "record_counts")) {
    counts.add({moment_of(count, "at"), fmt::format("{}", integer_of(count, "records"))});
  }
  if (counts.empty()) return;
  screen.line({});
  counts.print(screen);
}

int show(Session& session, const Arguments& arguments) {
  int status = kDone;
  auto api = session.connect(status);
  if (!api) return status;
  const auto zone = find_zone(*api, arguments.text("DOMAIN"));
  if (!zone) return session.fail_with(zone.error());
  const auto answer = api->get("/domains/" + *zone);
  if (!answer) return session.fail_with(answer.error());
  if (session.json()) return session.print_json(answer->body);
  print_zone(session, answer->body);
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
  for (const Json& problem : list_of(answer->body, "problems")) {
    if (problem.is_string()) {
      session.screen().line({Span(problem.get<std::string>(), Style::kYellow)});
    }
  }
  return kDone;
}

}  // namespace

Command domains_command() {
  return {
      .name = "domains",
      .summary = "the Route 53 zones that are live, whom they lead to, and what expires",
      .help =
          "Lists the hosted zones as of the last sync, which a server does by itself every\n"
          "'domain_sync_interval': the clusters that their records lead to, when the\n"
          "registration and the certificate of the zone's name expire. Zones that vanished are\n"
          "kept, marked as gone.",
      .examples = {"livesonic domains", "livesonic domains --cluster web",
                   "livesonic domains show example.com", "livesonic domains sync"},
      .parameters = {{Parameter::Kind::kFlag, "--gone", "", "those that vanished too", false},
                     {Parameter::Kind::kOption, "--cluster", "CLUSTER",
                      "only those that lead to this one", false}},
      .run = list,
      .subcommands = {{.name = "show",
                       .summary = "one zone with all that is known of it",
                       .help = "Shows its tags, the names in it that lead to load balancers, and\n"
                               "how many records it had when.",
                       .examples = {"livesonic domains show example.com",
                                    "livesonic domains show Z0123456789ABC"},
                       .parameters = {{Parameter::Kind::kPositional, "DOMAIN", "",
                                       "its name, or the zone's id", true}},
                       .run = show,
                       .subcommands = {}},
                      {.name = "sync",
                       .summary = "ask Route 53 now",
                       .help =
                           "Lists all hosted zones of all accounts, asks their hosts for their\n"
                           "certificates, and says what changed.",
                       .examples = {"livesonic domains sync"},
                       .parameters = {},
                       .run = sync,
                       .subcommands = {}}},
  };
}

}  // namespace livesonic::cli
