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
  bool warnings_only = true;
  std::string failing;
  for (const Json& check : list_of(instance, "checks")) {
    ++count;
    const auto outcome = parse_outcome(text_of(check, "outcome")).value_or(Outcome::kNotRun);
    if (outcome == Outcome::kOk) ++ok;
    if (!is_failed_check(outcome)) continue;
    ++failed;
    warnings_only = warnings_only && text_of(check, "status") == "warning";
    failing += (failing.empty() ? "" : ", ") + text_of(check, "service");
  }
  if (count == 0) return {"-", Style::kDim};
  if (failed > 0) {
    return {fmt::format("{} of {} failing: {}", failed, count, failing),
            warnings_only ? Style::kYellow : Style::kRed};
  }
  if (ok == count) return {fmt::format("{} ok", count), Style::kGreen};
  return {fmt::format("{} of {} unknown", count - ok, count), Style::kYellow};
}

namespace {

class Words {
 public:
  void add(const std::string& part) { text_ += (text_.empty() ? "" : ", ") + part; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void add_expectation(const Json& expect, const std::string& no, Words& words) {
  if (member(expect, "exact").is_string()) {
    words.add(fmt::format("{}'{}'", no, text_of(expect, "exact")));
  }
  if (member(expect, "contains").is_string()) {
    words.add(fmt::format("{}contains '{}'", no, text_of(expect, "contains")));
  }
  if (member(expect, "regex").is_string()) {
    words.add(fmt::format("{}matches {}", no, text_of(expect, "regex")));
  }
  for (const auto& [key, name] : {std::pair{"exit_status", "exit"}, std::pair{"status", "HTTP"}}) {
    if (member(expect, key).is_number()) {
      words.add(fmt::format("{}{} {}", no, name, integer_of(expect, key)));
    }
  }
  const Json& json = member(expect, "json");
  if (!json.is_object()) return;
  std::string text = no + text_of(json, "pointer");
  if (member(json, "equals").is_string()) text += " = " + text_of(json, "equals");
  if (member(json, "range").is_string()) text += " within " + text_of(json, "range");
  words.add(text);
}

}  // namespace

std::string expectation_text(const Json& checked) {
  Words words;
  if (flag_of(checked, "plugin")) words.add("plugin");
  add_expectation(member(checked, "expect"), "", words);
  add_expectation(member(checked, "expect_not"), "not ", words);
  const Json& thresholds = member(checked, "thresholds");
  const std::string metric = text_of(thresholds, "metric");
  for (const char* key : {"warning", "critical"}) {
    const std::string range = text_of(thresholds, key);
    if (!range.empty()) {
      words.add(fmt::format("{}{}{} {}", metric, metric.empty() ? "" : " ", key, range));
    }
  }
  if (!words.text().empty()) return words.text();
  return member(checked, "kind").is_string() ? "answers" : "exit 0";
}

Span status_span(const Json& reading) {
  const std::string status = text_of(reading, "status");
  if (status.empty()) return {"-", Style::kDim};
  const std::string detail = text_of(reading, "detail");
  const Style style = status == "ok"         ? Style::kGreen
                      : status == "critical" ? Style::kRed
                                             : Style::kYellow;
  return {detail.empty() ? status : status + ": " + detail, style};
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

std::string interval_text(const Json& checked) {
  const std::int64_t interval = integer_of(checked, "interval_ms");
  return interval > 0 ? format_duration(Duration{interval}) : "poll";
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
  Table table(
      {{"SERVICE"}, {"COMMAND"}, {"EXPECT"}, {"CLUSTERS"}, {"EVERY"}, {"TIMEOUT"}, {"ORIGIN"}});
  for (const Json& service : services) {
    table.add({text_of(service, "name"), text_of(service, "command"), expectation_text(service),
               clusters_text(service), interval_text(service),
               format_duration(Duration{integer_of(service, "timeout_ms")}),
               text_of(service, "origin")});
  }
  table.print(screen);
}

void print_probes(Screen& screen, const std::vector<Json>& probes) {
  Table table({{"PROBE"},
               {"KIND"},
               {"TARGET"},
               {"EXPECT"},
               {"CLUSTERS"},
               {"EVERY"},
               {"TIMEOUT"},
               {"ORIGIN"}});
  for (const Json& probe : probes) {
    table.add({text_of(probe, "name"), text_of(probe, "kind"), text_of(probe, "target"),
               expectation_text(probe), clusters_text(probe), interval_text(probe),
               format_duration(Duration{integer_of(probe, "timeout_ms")}),
               text_of(probe, "origin")});
  }
  table.print(screen);
}

void print_fronts(Screen& screen, const std::vector<Json>& probes, Time now) {
  Table table({{"FRONT"}, {"KIND"}, {"TARGET"}, {"TOOK", Align::kRight}, {"MADE"}, {"STATUS"}});
  for (const Json& probe : probes) {
    const Json& reading = member(probe, "reading");
    const bool made = reading.is_object();
    table.add({text_of(probe, "name"), text_of(probe, "kind"), text_of(probe, "target"),
               made ? format_duration(Duration{integer_of(reading, "took_ms")}) : "",
               made ? age_of(reading, "at", now) : "", status_span(reading)});
  }
  table.print(screen);
}

}  // namespace livesonic::cli
