// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/cluster_view.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "livesonic/base/time_text.h"
#include "livesonic/cli/sparkline.h"
#include "livesonic/cli/table.h"
#include "livesonic/cli/views.h"
#include "livesonic/model/departure.h"
#include "livesonic/model/instance.h"

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
  if (is_in_service(state)) return {state, Style::kGreen};
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

// What EC2's checks and the Auto Scaling group say, where it isn't what one would hope.
Span standing_span(const Json& instance) {
  const Json& standing = member(instance, "standing");
  std::vector<std::string> words;
  bool bad = false;
  if (const auto state = text_of(instance, "ec2_state"); !state.empty()) words.push_back(state);
  if (const auto checks = text_of(standing, "status_checks"); !checks.empty() && checks != "ok") {
    words.push_back("checks " + checks);
    bad = true;
  }
  if (const auto state = text_of(standing, "group_state"); !state.empty()) {
    words.push_back("group " + state);
    bad |= state != "InService";
  }
  if (text_of(standing, "group_health") == "Unhealthy") {
    words.emplace_back("unhealthy");
    bad = true;
  }
  if (flag_of(standing, "protected_from_scale_in")) words.emplace_back("protected");
  if (const auto notice = text_of(member(standing, "notice"), "words"); !notice.empty()) {
    words.push_back(notice);
    bad = true;
  }
  for (const Json& event : list_of(standing, "events")) {
    if (event.is_string()) words.push_back(event.get<std::string>());
    bad = true;
  }
  return {fmt::format("{}", fmt::join(words, ", ")), bad ? Style::kYellow : Style::kPlain};
}

Span verdict_span(const Json& instance) {
  std::string kind = text_of(member(instance, "verdict"), "kind");
  std::replace(kind.begin(), kind.end(), '_', ' ');
  if (kind == "sound") return {kind, Style::kGreen};
  if (kind == "booting" || kind == "being replaced" || kind == "unknown")
    return {kind, Style::kDim};
  return {kind, Style::kRed};
}

Span reason_span(const Json& instance) {
  const std::string word = text_of(instance, "gone_reason");
  const auto reason = parse_departure_reason(word);
  if (!reason) return {word, Style::kPlain};
  return {std::string(in_words(*reason)),
          *reason == DepartureReason::kUnexplained ? Style::kYellow : Style::kPlain};
}

void print_drift(Screen& screen, const Json& cluster) {
  const Json& drift = member(cluster, "drift");
  if (!flag_of(drift, "drifting")) return;
  std::string words;
  if (member(drift, "wanted").is_number()) {
    words = fmt::format("{} wanted, ", integer_of(drift, "wanted"));
  }
  screen.line({Span(fmt::format("drift: {}{} there, {} in service, {} reached over SSH", words,
                                integer_of(drift, "members"), integer_of(drift, "in_service"),
                                integer_of(drift, "reached")),
                    Style::kYellow)});
}

void print_members(Screen& screen, const std::vector<Json>& members, Time now) {
  Table watched({{"INSTANCE"},
                 {"ID"},
                 {"SCORE", Align::kRight},
                 {"VERDICT"},
                 {"CHECKS"},
                 {"BALANCER"},
                 {"AWS"},
                 {"ADDRESS"},
                 {"TYPE"},
                 {"ZONE"},
                 {"LIFECYCLE"},
                 {"AGE"}});
  Table gone({{"RETIRED"}, {"ID"}, {"GONE (UTC)"}, {"WHY"}, {"DETAIL"}});
  for (const Json& instance : members) {
    if (time_of(instance, "gone_at")) {
      gone.add({text_of(instance, "label"), text_of(instance, "id"), moment_of(instance, "gone_at"),
                reason_span(instance), text_of(instance, "gone_detail")});
      continue;
    }
    const auto launched = time_of(instance, "launched_at");
    watched.add({text_of(instance, "label"), text_of(instance, "id"), instance_score(instance),
                 verdict_span(instance), checks_span(instance), balancer_span(instance),
                 standing_span(instance),
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

std::string registered_by(const Json& cluster) {
  const std::string origin = text_of(cluster, "origin");
  if (origin == "file") return "the file";
  return origin == "discovered" ? text_of(cluster, "parent") : "an operator";
}

}  // namespace

void print_cluster(Screen& screen, const Json& cluster, Time now) {
  const Json& score = member(cluster, "score");
  const Json& counts = member(cluster, "instances");
  screen.line({Span(text_of(cluster, "name"), Style::kBold),
               fmt::format("  {} {}, registered by {} {}", text_of(cluster, "kind"),
                           text_of(cluster, "resource"), registered_by(cluster),
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
  if (text_of(cluster, "mode") == "stream") {
    const Json& streams = member(cluster, "streams");
    screen.line({fmt::format("scores stream in from {} of them", integer_of(streams, "live"))});
  }
  print_drift(screen, cluster);
  print_discovery(screen, member(cluster, "discovery"));
  if (flag_of(cluster, "registration")) {
    screen.line({"Each that matches is a cluster of its own: livesonic cluster list"});
    return;
  }
  print_members(screen, list_of(cluster, "members"), now);
  if (const auto probes = list_of(cluster, "probes"); !probes.empty()) {
    screen.line({});
    print_fronts(screen, probes, now);
  }
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
