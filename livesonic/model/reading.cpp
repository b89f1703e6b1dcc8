// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "livesonic/base/text.h"

namespace livesonic {
namespace {

struct Name {
  Outcome outcome;
  std::string_view text;
};
constexpr std::array<Name, 11> kNames{{
    {Outcome::kOk, "ok"},
    {Outcome::kCheckFailed, "check_failed"},
    {Outcome::kInvalidOutput, "invalid_output"},
    {Outcome::kCommandNotFound, "command_not_found"},
    {Outcome::kTimedOut, "timed_out"},
    {Outcome::kConnectionLost, "connection_lost"},
    {Outcome::kUnreachable, "unreachable"},
    {Outcome::kAuthRefused, "auth_refused"},
    {Outcome::kHostKeyChanged, "host_key_changed"},
    {Outcome::kHostKeyUnknown, "host_key_unknown"},
    {Outcome::kNotRun, "not_run"},
}};

constexpr std::array<std::string_view, 4> kStatuses{"ok", "warning", "critical", "unknown"};
constexpr std::array<std::string_view, 4> kParts{"cpu", "io", "memory", "danger"};

}  // namespace

std::string_view to_string(Outcome outcome) {
  for (const Name& name : kNames) {
    if (name.outcome == outcome) return name.text;
  }
  return "?";
}

Result<Outcome> parse_outcome(std::string_view text) {
  for (const Name& name : kNames) {
    if (name.text == text) return name.outcome;
  }
  return fail(ErrorKind::kInvalidInput, fmt::format("'{}' is no outcome", printable(text)));
}

std::string_view to_string(CheckStatus status) {
  return kStatuses.at(static_cast<std::size_t>(status));
}

Result<CheckStatus> parse_check_status(std::string_view text) {
  const auto* const found = std::find(kStatuses.begin(), kStatuses.end(), text);
  if (found != kStatuses.end()) return static_cast<CheckStatus>(found - kStatuses.begin());
  return fail(ErrorKind::kInvalidInput,
              fmt::format("'{}' is no status of a check", printable(text)));
}

std::string_view to_string(ScorePart part) {
  return kParts.at(static_cast<std::size_t>(part));
}

Result<ScorePart> parse_score_part(std::string_view text) {
  const auto* const found = std::find(kParts.begin(), kParts.end(), text);
  if (found != kParts.end()) return static_cast<ScorePart>(found - kParts.begin());
  return fail(ErrorKind::kInvalidInput,
              fmt::format("'{}' is no part of a score: there are cpu, io, memory and danger",
                          printable(shorten(text, 80))));
}

std::optional<int> value_of(const ScoreParts& parts, ScorePart part) {
  const auto known = [](std::uint8_t score) {
    return score == 0 ? std::nullopt : std::optional<int>(score);
  };
  switch (part) {
    case ScorePart::kCpu:
      return known(parts.cpu);
    case ScorePart::kIo:
      return known(parts.io);
    case ScorePart::kMemory:
      return known(parts.memory);
    case ScorePart::kDanger:
      return known(parts.danger);
  }
  return std::nullopt;
}

CheckStatus worse(CheckStatus a, CheckStatus b) {
  constexpr std::array<int, 4> kBadness{0, 2, 3, 1};  // by CheckStatus
  const auto badness = [&](CheckStatus one) { return kBadness.at(static_cast<std::size_t>(one)); };
  return badness(a) >= badness(b) ? a : b;
}

}  // namespace livesonic
