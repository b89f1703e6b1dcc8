// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/judge.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <charconv>
#include <vector>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::monitoring {
namespace {

using remote::CommandResult;
using remote::End;

constexpr std::size_t kKeptOutput = 4096;    // bytes of stdout and stderr kept with a reading
constexpr std::size_t kQuoted = 120;         // bytes of output quoted in a sentence
constexpr int kCommandNotFoundStatus = 127;  // POSIX: the shell found no such command

std::string quote(std::string_view output) {
  const std::string_view text = trim(output);
  return text.empty() ? "nothing" : "'" + printable(shorten(text, kQuoted)) + "'";
}

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

// What is wrong with the result; empty when it is as expected.
std::string complaint(const Expectation& expect, const CommandResult& result) {
  const bool status_wanted = expect.exit_status && result.exit_status == expect.exit_status;
  if (result.end == End::kKilled && !status_wanted) {
    return fmt::format("it was killed: {}", printable(result.detail));
  }
  const int status = result.exit_status.value_or(-1);
  if (expect.exact && trim(result.out) != trim(*expect.exact)) {
    return fmt::format("expected '{}', got {}", printable(shorten(*expect.exact, kQuoted)),
                       quote(result.out));
  }
  if (expect.contains && result.out.find(*expect.contains) == std::string::npos) {
    return fmt::format("expected '{}' within the output, got {}",
                       printable(shorten(*expect.contains, kQuoted)), quote(result.out));
  }
  if (expect.regex) {
    // RE2 runs in linear time whatever the pattern and the output are.
    RE2::Options options;
    options.set_log_errors(false);
    options.set_encoding(RE2::Options::EncodingUTF8);
    const RE2 pattern(*expect.regex, options);
    if (!pattern.ok()) return fmt::format("the pattern is not valid: {}", pattern.error());
    if (!RE2::PartialMatch(to_valid_utf8(result.out), pattern)) {
      return fmt::format("expected a match of /{}/, got {}",
                         printable(shorten(*expect.regex, kQuoted)), quote(result.out));
    }
  }
  if (expect.exit_status && status != *expect.exit_status) {
    return fmt::format("expected exit status {}, got {}", *expect.exit_status, status);
  }
  const bool nothing_set =
      !expect.exact && !expect.contains && !expect.regex && !expect.exit_status;
  if (nothing_set && status != 0) return fmt::format("expected exit status 0, got {}", status);
  return "";
}

std::string said(const CommandResult& result) {
  const std::string line = first_line(result.err);
  return line.empty() ? "" : fmt::format(" ({})", printable(shorten(line, kQuoted)));
}

std::string timed_out(const CommandResult& result) {
  return fmt::format("still running after {}", format_duration(result.took));
}

}  // namespace

std::optional<int> parse_score(std::string_view out) {
  const std::string_view text = trim(out);
  int score = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), score);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return score >= 1 && score <= 100 ? std::optional(score) : std::nullopt;
}

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
  reading.score = result.end == End::kExited && result.exit_status == 0 && !result.truncated
                      ? parse_score(result.out)
                      : std::nullopt;
  if (reading.score) {
    reading.outcome = Outcome::kOk;
  } else if (result.exit_status == kCommandNotFoundStatus) {
    reading.outcome = Outcome::kCommandNotFound;
    reading.detail = "serverscore is not installed there, or not on the user's PATH" + said(result);
  } else {
    reading.outcome = Outcome::kInvalidOutput;
    reading.detail =
        result.end == End::kKilled
            ? fmt::format("serverscore was killed: {}", printable(result.detail))
            : fmt::format("no score: exit status {}, printed {}{}", result.exit_status.value_or(-1),
                          quote(result.out), said(result));
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
    reading.detail =
        *outcome == Outcome::kTimedOut ? timed_out(result) : printable(shorten(result.detail, 500));
    return reading;
  }
  const std::string wrong = complaint(service.expect, result);
  if (wrong.empty()) {
    reading.outcome = Outcome::kOk;
  } else if (result.exit_status == kCommandNotFoundStatus) {
    reading.outcome = Outcome::kCommandNotFound;
    reading.detail = "the host has no such command" + said(result);
  } else {
    reading.outcome = Outcome::kCheckFailed;
    reading.detail = wrong + said(result);
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
