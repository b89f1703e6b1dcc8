// SPDX-License-Identifier: Apache-2.0
// One result of one poll of one instance: its score, or a service check's outcome; or of a probe,
// which has no instance. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/model/metric.h"

namespace livesonic {

// How a command on a host ended.
enum class Outcome {
  kOk,
  kCheckFailed,      // it ran, and did not return what it must
  kInvalidOutput,    // serverscore ran, and printed something that is no score
  kCommandNotFound,  // the host has no such program (exit status 127)
  kTimedOut,         // the command was still running at its deadline
  kConnectionLost,   // the conversation broke while the command ran
  kUnreachable,      // no conversation: DNS, refused, no route, no answer
  kAuthRefused,      // the host does not accept our user or key
  kHostKeyChanged,   // the host is not the one we knew: nothing was run there
  kHostKeyUnknown,   // nothing vouches for the host's key yet: nothing was run there
  kNotRun,  // we could not try: no address yet, our own limit, no permission to open channel
};

// Did the outcome come about without reaching the host's shell at all?
constexpr bool is_transport_failure(Outcome outcome) {
  return outcome == Outcome::kUnreachable || outcome == Outcome::kAuthRefused ||
         outcome == Outcome::kHostKeyChanged || outcome == Outcome::kHostKeyUnknown ||
         outcome == Outcome::kConnectionLost;
}

// Is what was checked known not to be as expected? So it is when the command ran and returned
// something else, and when it is missing or doesn't end; everything else that is not kOk says that
// we could not find out.
constexpr bool is_failed_check(Outcome outcome) {
  return outcome == Outcome::kCheckFailed || outcome == Outcome::kCommandNotFound ||
         outcome == Outcome::kTimedOut;
}

std::string_view to_string(Outcome outcome);  // "ok", "check_failed", "unreachable", …
Result<Outcome> parse_outcome(std::string_view text);

// How bad what a check found is, in the words and the order of Nagios.
enum class CheckStatus { kOk, kWarning, kCritical, kUnknown };

std::string_view to_string(CheckStatus status);  // "ok", "warning", "critical", "unknown"
Result<CheckStatus> parse_check_status(std::string_view text);

// Of a check that ended so where nothing finer is known: critical when it failed, and unknown when
// we could not find out.
constexpr CheckStatus status_of(Outcome outcome) {
  if (outcome == Outcome::kOk) return CheckStatus::kOk;
  return is_failed_check(outcome) ? CheckStatus::kCritical : CheckStatus::kUnknown;
}

// The worse of two: critical, warning, unknown, ok.
CheckStatus worse(CheckStatus a, CheckStatus b);

// What a score is made of; see docs/score.md.
struct ScoreParts {
  // The score of one resource by itself, 1..100; 0: nothing is known about it.
  std::uint8_t cpu = 0;
  std::uint8_t io = 0;
  std::uint8_t memory = 0;
  // The lowest number that a danger holds the score down to; 100: there is none.
  std::uint8_t danger = 100;
  friend bool operator==(const ScoreParts&, const ScoreParts&) = default;
};

enum class ScorePart { kCpu, kIo, kMemory, kDanger };

std::string_view to_string(ScorePart part);  // "cpu", "io", "memory", "danger"
Result<ScorePart> parse_score_part(std::string_view text);
// nullopt: nothing is known about it.
std::optional<int> value_of(const ScoreParts& parts, ScorePart part);

struct ScoreReading {
  std::string cluster;
  std::string instance;
  Time at{};        // when the poll of this instance ended
  Duration took{};  // of the command, without connecting
  Outcome outcome = Outcome::kNotRun;
  std::optional<int> score;  // 1..100, exactly when outcome is kOk
  std::string detail;        // why there is no score; empty when there is one
  // Where there is a score, and the host's serverscore tells them.
  std::optional<ScoreParts> parts = {};
  friend bool operator==(const ScoreReading&, const ScoreReading&) = default;
};

struct CheckReading {
  std::string cluster;
  std::string instance;
  std::string service;
  Time at{};
  Duration took{};
  Outcome outcome = Outcome::kNotRun;
  std::optional<int> exit_status;
  std::string out;     // stdout's first 4 KiB as valid UTF-8
  std::string err;     // stderr's, likewise
  std::string detail;  // one sentence: what was expected and came instead, or why it couldn't run
  // kOk exactly when outcome is kOk. A failed check may be a warning, critical, or (where the
  // command ran and says itself that it could not find out) unknown.
  CheckStatus status = CheckStatus::kUnknown;
  std::vector<Metric> metrics = {};
  // Not of this round, which did not run it since its interval has not passed: it stands for what
  // was found at `at`. Such a one is not stored again, and says nothing new.
  bool kept = false;
  friend bool operator==(const CheckReading&, const CheckReading&) = default;
};

// What one poll of one instance brought.
struct InstanceReadings {
  ScoreReading score;
  std::vector<CheckReading> checks;
  friend bool operator==(const InstanceReadings&, const InstanceReadings&) = default;
};

}  // namespace livesonic
