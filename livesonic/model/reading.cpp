// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/reading.h"

#include <fmt/format.h>

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

}  // namespace livesonic
