// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "livesonic/model/plugin_output.h"
#include "livesonic/monitoring/expectations.h"
#include "livesonic/monitoring/score_line.h"

namespace livesonic::monitoring {
namespace {

using remote::CommandResult;
using remote::End;

constexpr std::size_t kKeptOutput = 4096;    // bytes of stdout and stderr kept with a reading
constexpr std::size_t kQuoted = 120;         // bytes of stderr quoted in a sentence
constexpr std::size_t kSummary = 300;        // bytes of a plugin's line for people
constexpr int kCommandNotFoundStatus = 127;  // POSIX: the shell found no such command

// The outcome when the command did not run to its end; nullopt when it exited.
std::optional<Outcome> broken(End end) {
  switch (end) {
    case End::kExited:
    case End::kKilled:
      return std::nullopt;
    case End::kTimedOut:
      return Outcome::kTimedOut;
    case End::kConnectionLost:
      return Outcome::kConnectionLost;
    case End::kNoAddress:
    case End::kConnectionRefused:
    case End::kUnreachable:
    case End::kConnectTimedOut:
    case End::kLoginTimedOut:
    case End::kProtocolError:
      return Outcome::kUnreachable;
    case End::kHostKeyChanged:
      return Outcome::kHostKeyChanged;
    case End::kHostKeyUnknown:
      return Outcome::kHostKeyUnknown;
    case End::kAuthenticationRefused:
      return Outcome::kAuthRefused;
    case End::kChannelRefused:
    case End::kNotTried:
      return Outcome::kNotRun;
  }
  return Outcome::kNotRun;
}

std::string first_line(std::string_view text) {
  return std::string(split(trim(text), '\n').front());
}

std::string said(const CommandResult& result) {
  const std::string line = first_line(result.err);
  return line.empty() ? "" : fmt::format(" ({})", printable(shorten(line, kQuoted)));
}

std::string timed_out(const CommandResult& result) {
  return fmt::format("still running after {}", format_duration(result.took));
}

// What several findings about one result come to.
class Findings {
 public:
  void add(Verdict verdict) {
    if (verdict.status == CheckStatus::kOk) return;
    worst_.status = worse(worst_.status, verdict.status);
    worst_.detail += (worst_.detail.empty() ? "" : "; ") + verdict.detail;
  }
  [[nodiscard]] const Verdict& worst() const { return worst_; }

 private:
  Verdict worst_;
};

// A plugin's own verdict: https://www.monitoring-plugins.org/doc/guidelines.html#AEN78. A status
// that plugins don't have is critical, as it is to Nagios.
Verdict plugin_verdict(int exit_status, std::string_view summary) {
  Verdict verdict;
  if (exit_status == 0) return verdict;
  const bool known = exit_status >= 1 && exit_status <= 3;
  verdict.status = known ? static_cast<CheckStatus>(exit_status) : CheckStatus::kCritical;
  verdict.detail = known && !summary.empty()
                       ? printable(shorten(summary, kSummary))
                       : fmt::format("expected exit status 0, got {}", exit_status);
  return verdict;
}

// The number that the thresholds are for, among what the check brought.
Verdict threshold_verdict(Thresholds thresholds, std::string_view out,
                          std::vector<Metric>& metrics) {
  if (thresholds.metric.empty()) {
    const auto number = printed_number(out);
    if (!number) {
      return {CheckStatus::kUnknown, fmt::format("expected a number, got {}", in_quotes(out))};
    }
    thresholds.metric = number->label;
    metrics = {*number};
  }
  for (Metric& metric : metrics) {
    if (metric.label != thresholds.metric) continue;
    metric.warning = thresholds.warning;
    metric.critical = thresholds.critical;
  }
  return judge_thresholds(thresholds, metrics);
}

Verdict judge_result(const Service& service, const CommandResult& result,
                     std::vector<Metric>& metrics) {
  const bool status_wanted =
      service.expect.exit_status && result.exit_status == service.expect.exit_status;
  if (result.end == End::kKilled && !status_wanted) {
    return {CheckStatus::kCritical, fmt::format("it was killed: {}", printable(result.detail))};
  }
  Findings findings;
  const int status = result.exit_status.value_or(-1);
  const bool plugin = service.is_plugin();
  if (plugin || !service.thresholds.metric.empty()) {
    const PluginOutput output = split_plugin_output(result.out);
    metrics = parse_perfdata(output.perfdata);
    if (plugin) findings.add(plugin_verdict(status, output.summary));
  }
  if (const std::string wrong =
          complaint(service.expect, service.forbid, {result.out, result.exit_status});
      !wrong.empty()) {
    findings.add({CheckStatus::kCritical, wrong});
  }
  if (!service.thresholds.empty()) {
    findings.add(threshold_verdict(service.thresholds, result.out, metrics));
  }
  const bool nothing_said =
      !plugin && service.expect.empty() && service.forbid.empty() && service.thresholds.empty();
  if (nothing_said && status != 0) {
    findings.add({CheckStatus::kCritical, fmt::format("expected exit status 0, got {}", status)});
  }
  return findings.worst();
}

}  // namespace

ScoreReading judge_score(const Instance& instance, const CommandResult& result, Time at) {
  ScoreReading reading;
  reading.cluster = instance.cluster;
  reading.instance = instance.id;
  reading.at = at;
  reading.took = result.took;
  if (const auto outcome = broken(result.end)) {
    reading.outcome = *outcome;
    reading.detail =
        *outcome == Outcome::kTimedOut ? timed_out(result) : printable(shorten(result.detail, 500));
    return reading;
  }
  const auto line = result.end == End::kExited && result.exit_status == 0 && !result.truncated
                        ? parse_score_line(result.out)
                        : std::nullopt;
  if (line) {
    reading.outcome = Outcome::kOk;
    reading.score = line->score;
    reading.parts = line->parts;
  } else if (result.exit_status == kCommandNotFoundStatus) {
    reading.outcome = Outcome::kCommandNotFound;
    reading.detail = "serverscore is not installed there, or not on the user's PATH" + said(result);
  } else {
    reading.outcome = Outcome::kInvalidOutput;
    reading.detail =
        result.end == End::kKilled
            ? fmt::format("serverscore was killed: {}", printable(result.detail))
            : fmt::format("no score: exit status {}, printed {}{}", result.exit_status.value_or(-1),
                          in_quotes(result.out), said(result));
  }
  return reading;
}

CheckReading judge_check(const Instance& instance, const Service& service,
                         const CommandResult& result, Time at) {
  CheckReading reading;
  reading.cluster = instance.cluster;
  reading.instance = instance.id;
  reading.service = service.name;
  reading.at = at;
  reading.took = result.took;
  reading.exit_status = result.exit_status;
  reading.out = to_valid_utf8(shorten(result.out, kKeptOutput));
  reading.err = to_valid_utf8(shorten(result.err, kKeptOutput));
  if (const auto outcome = broken(result.end)) {
    reading.outcome = *outcome;
    reading.status = status_of(*outcome);
    reading.detail =
        *outcome == Outcome::kTimedOut ? timed_out(result) : printable(shorten(result.detail, 500));
    return reading;
  }
  const Verdict verdict = judge_result(service, result, reading.metrics);
  reading.status = verdict.status;
  if (verdict.status == CheckStatus::kOk) {
    reading.outcome = Outcome::kOk;
  } else if (result.exit_status == kCommandNotFoundStatus) {
    reading.outcome = Outcome::kCommandNotFound;
    reading.status = CheckStatus::kCritical;
    reading.detail = "the host has no such command" + said(result);
  } else {
    reading.outcome = Outcome::kCheckFailed;
    reading.detail = verdict.detail + said(result);
    if (result.truncated) reading.detail += "; what it printed was cut at the limit";
  }
  return reading;
}

InstanceReadings not_run(const Instance& instance, const std::vector<Service>& services,
                         const std::string& why, Time at) {
  CommandResult result;
  result.end = End::kNotTried;
  result.detail = why;
  InstanceReadings readings;
  readings.score = judge_score(instance, result, at);
  for (const Service& service : services) {
    readings.checks.push_back(judge_check(instance, service, result, at));
  }
  return readings;
}

}  // namespace livesonic::monitoring
