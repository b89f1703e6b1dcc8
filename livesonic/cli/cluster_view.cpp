// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/cluster_view.h"

#include <fmt/format.h>

#include "livesonic/base/time_text.h"
#include "livesonic/cli/sparkline.h"
#include "livesonic/cli/table.h"
#include "livesonic/cli/views.h"

namespace livesonic::cli {
namespace {

std::string first_of(const Json& object, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    if (auto text = text_of(object, key); !text.empty()) return text;
  }
  return {};
}

Span balancer_span(const Json& instance) {
  const Json& balancer = member(instance, "balancer");
  const std::string state = text_of(balancer, "state");
  if (state == "InService") return {state, Style::kGreen};
  const std::string description = text_of(balancer, "description");
  if (description.empty() || description == "N/A") return {state, Style::kYellow};
  return {state + ": " + description, Style::kYellow};
}

void print_discovery(Screen& screen, const Json& discovery) {
  if (const auto error = text_of(discovery, "error"); !error.empty()) {
    screen.line({Span("AWS: " + error, Style::kRed)});
  }
  if (const auto warning = text_of(discovery, "warning"); !warning.empty()) {
    screen.line({Span("AWS: " + warning, Style::kYellow)});
  }
}

void print_members(Screen& screen, const std::vector<Json>& members, Time now) {
  Table watched({{"INSTANCE"},
                 {"ID"},
                 {"SCORE", Align::kRight},
                 {"CHECKS"},
                 {"BALANCER"},
                 {"ADDRESS"},
                 {"TYPE"},
                 {"ZONE"},
                 {"LIFECYCLE"},
                 {"AGE"}});
  Table gone({{"RETIRED"}, {"ID"}, {"GONE (UTC)"}, {"WHY"}});
  for (const Json& instance : members) {
    if (time_of(instance, "gone_at")) {
      gone.add({text_of(instance, "label"), text_of(instance, "id"), moment_of(instance, "gone_at"),
                text_of(instance, "gone_reason")});
      continue;
    }
    const auto launched = time_of(instance, "launched_at");
    watched.add({text_of(instance, "label"), text_of(instance, "id"), instance_score(instance),
                 checks_span(instance), balancer_span(instance),
                 first_of(instance, {"public_dns", "private_dns", "public_ip", "private_ip"}),
                 text_of(instance, "type"), text_of(instance, "availability_zone"),
                 text_of(instance, "lifecycle"), launched ? format_age(now - *launched) : ""});
  }
  screen.line({});
  if (watched.empty()) {
    screen.line({"No instance is watched."});
  } else {
    watched.print(screen);
  }
  if (!gone.empty()) {
    screen.line({});
    gone.print(screen);
  }
}

}  // namespace

void print_cluster(Screen& screen, const Json& cluster, Time now) {
  const Json& score = member(cluster, "score");
  const Json& counts = member(cluster, "instances");
  screen.line({Span(text_of(cluster, "name"), Style::kBold),
               fmt::format("  {} {}, registered by {} {}", text_of(cluster, "kind"),
                           text_of(cluster, "resource"),
                           text_of(cluster, "origin") == "file" ? "the file" : "an operator",
                           moment_of(cluster, "registered_at"))});
  std::vector<Span> line{"score ", score_span(number_of(score, "mean"))};
  if (const auto mean = number_of(score, "mean")) {
    line.emplace_back(fmt::format(" ({} to {}, {} of {} answered, {})", integer_of(score, "min"),
                                  integer_of(score, "max"), integer_of(score, "count"),
                                  integer_of(score, "members"), age_of(score, "at", now)));
    std::vector<std::optional<double>> trend;
    for (const Json& value : list_of(cluster, "trend")) {
      trend.push_back(value.is_number() ? std::optional(value.get<double>()) : std::nullopt);
    }
    line.emplace_back("  " + sparkline(trend), score_style(*mean));
  }
  screen.line(line);
  screen.line({fmt::format("{} instances, {} in service", integer_of(counts, "watched"),
                           integer_of(counts, "in_service"))});
  print_discovery(screen, member(cluster, "discovery"));
  print_members(screen, list_of(cluster, "members"), now);
  if (const auto services = list_of(cluster, "services"); !services.empty()) {
    screen.line({});
    print_services(screen, services);
  }
  if (const auto incidents = list_of(cluster, "incidents"); !incidents.empty()) {
    screen.line({});
    print_incidents(screen, incidents, now);
  }
}

}  // namespace livesonic::cli
