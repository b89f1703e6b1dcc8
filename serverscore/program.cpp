// SPDX-License-Identifier: Apache-2.0
#include "serverscore/program.h"

#include <string_view>

#include "serverscore/explain.h"
#include "serverscore/json.h"
#include "serverscore/options.h"
#include "serverscore/score.h"

namespace serverscore {
namespace {

constexpr std::string_view kHelp =
    "Usage: serverscore [--json | --explain] [--root PATH]\n"
    "\n"
    "Prints one number from 1 to 100: the speed, in percent, at which a typical request is\n"
    "served on this host compared with the same host idle. 50 means that it takes twice as\n"
    "long. 1 is in danger. Memory running out caps the score.\n"
    "\n"
    "  --json       the score with its parts and all inputs, schema serverscore/1\n"
    "  --explain    the score and why, for people\n"
    "  --root PATH  read PATH/proc instead of /proc\n"
    "  --version    print the version\n"
    "  --help       print this\n"
    "\n"
    "Exit status: 0 answered, 1 the answer could not be written, 2 wrong usage, 3 nothing\n"
    "to read below /proc.\n";

}  // namespace

Answer run(std::span<const char* const> arguments, CapturePlan plan) {
  const Options options = parse_options(arguments);
  if (!options.error.empty()) {
    return {.out = {}, .err = "serverscore: " + options.error + "\n", .status = kWrongUsage};
  }
  if (options.format == Format::kHelp) return {.out = std::string(kHelp), .err = {}};
  if (options.format == Format::kVersion) {
    return {.out = "serverscore " LIVESONIC_VERSION "\n", .err = {}};
  }

  plan.details = options.format == Format::kJson;
  const Capture found = capture(options.root, plan);
  if (!readable(found)) {
    return {.out = {},
            .err = "serverscore: nothing to read below " + options.root +
                   "/proc; is it mounted, and may this user read it?\n",
            .status = kNothingToRead};
  }
  const Inputs inputs = interpret(found);
  const Verdict verdict = judge(inputs);
  if (options.format == Format::kJson) return {.out = to_json(inputs, verdict), .err = {}};
  if (options.format == Format::kExplain) return {.out = explain(inputs, verdict), .err = {}};
  return {.out = std::to_string(verdict.score) + "\n", .err = {}};
}

}  // namespace serverscore
