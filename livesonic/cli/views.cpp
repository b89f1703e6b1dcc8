// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/views.h"

#include <fmt/format.h>

#include "livesonic/base/time_text.h"
#include "livesonic/cli/table.h"
#include "livesonic/model/reading.h"

namespace livesonic::cli {

std::string age_of(const Json& object, const char* key, Time now) {
  const auto at = time_of(object, key);
  return at ? format_age(now - *at) + " ago" : std::string();
}

std::string moment_of(const Json& object, const char* key) {
  const auto at = time_of(object, key);
  if (!at) return {};
  std::string text = to_iso8601(std::chrono::floor<std::chrono::seconds>(*at));
  text[text.find('T')] = ' ';
  text.pop_back();
  return text;
}

Span score_span(std::optional<double> score) {
  if (!score) return {"-", Style::kDim};
  return {fmt::format("{:.0f}", *score), score_style(*score)};
}

Span bad_count(std::int64_t count) {
  return {fmt::format("{}", count), count > 0 ? Style::kRed : Style::kPlain};
}

Span instance_score(const Json& instance) {
  const Json& reading = member(instance, "score");
  if (const auto score = number_of(reading, "score")) return score_span(score);
  const std::string outcome = text_of(reading, "outcome");
  return outcome.empty() ? Span("-", Style::kDim) : Span(outcome, Style::kRed);
}

Span checks_span(const Json& instance) {
  std::size_t count = 0;
  std::size_t ok = 0;
  std::size_t failed = 0;
  std::string failing;
  for (const Json& check : list_of(instance, "checks")) {
    ++count;
    const auto outcome = parse_outcome(text_of(check, "outcome")).value_or(Outcome::kNotRun);
    if (outcome == Outcome::kOk) ++ok;
    if (!is_failed_check(outcome)) continue;
    ++failed;
    failing += (failing.empty() ? "" : ", ") + text_of(check, "service");
  }
  if (count == 0) return {"-", Style::kDim};
  if (failed > 0) {
    return {fmt::format("{} of {} failing: {}", failed, count, failing), Style::kRed};
  }
  if (ok == count) return {fmt::format("{} ok", count), Style::kGreen};
  return {fmt::format("{} of {} unknown", count - ok, count), Style::kYellow};
}

std::string expectation_text(const Json& expect) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (member(expect, "exact").is_string()) add(fmt::format("'{}'", text_of(expect, "exact")));
  if (member(expect, "contains").is_string()) {
    add(fmt::format("contains '{}'", text_of(expect, "contains")));
  }
  if (member(expect, "regex").is_string()) add(fmt::format("matches {}", text_of(expect, "regex")));
  if (member(expect, "exit_status").is_number()) {
    add(fmt::format("exit {}", integer_of(expect, "exit_status")));
  }
  return text.empty() ? "exit 0" : text;
}

std::string clusters_text(const Json& service) {
  std::string text;
  for (const Json& name : list_of(service, "clusters")) {
    if (name.is_string()) text += (text.empty() ? "" : ", ") + name.get<std::string>();
  }
  return text.empty() ? "all" : text;
}

namespace {

// Of an open one: does somebody see to it, or is it kept from people?
Span state_span(const Json& incident) {
  if (member(incident, "acknowledged").is_object()) return {"acknowledged", Style::kYellow};
  if (!text_of(incident, "muted").empty()) return {"silenced", Style::kYellow};
  if (time_of(incident, "flapping_since")) return {"flapping", Style::kRed};
  return {"open", Style::kRed};
}

}  // namespace

void print_incidents(Screen& screen, const std::vector<Json>& incidents, Time now) {
  Table table({{"CLUSTER"},
               {"CAUSE"},
               {"SEVERITY"},
               {"OPENED (UTC)"},
               {"LASTED"},
               {"STATE"},
               {"SUMMARY"},
               {"ID"}});
  for (const Json& incident : incidents) {
    const auto opened = time_of(incident, "opened_at");
    const auto closed = time_of(incident, "closed_at");
    const std::string severity = text_of(incident, "severity");
    table.add({text_of(incident, "cluster"),
               text_of(incident, "cause"),
               {severity, severity == "critical" ? Style::kRed : Style::kPlain},
               moment_of(incident, "opened_at"),
               opened ? format_age(closed.value_or(now) - *opened) : "",
               closed ? Span("closed", Style::kDim) : state_span(incident),
               text_of(incident, "summary"),
               Span(text_of(incident, "id"), Style::kDim)});
  }
  table.print(screen);
}

void print_services(Screen& screen, const std::vector<Json>& services) {
  Table table({{"SERVICE"}, {"COMMAND"}, {"EXPECT"}, {"CLUSTERS"}, {"TIMEOUT"}, {"ORIGIN"}});
  for (const Json& service : services) {
    table.add({text_of(service, "name"), text_of(service, "command"),
               expectation_text(member(service, "expect")), clusters_text(service),
               format_duration(Duration{integer_of(service, "timeout_ms")}),
               text_of(service, "origin")});
  }
  table.print(screen);
}

}  // namespace livesonic::cli
