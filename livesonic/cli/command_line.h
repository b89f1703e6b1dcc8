// SPDX-License-Identifier: Apache-2.0
// From words to a command and its arguments. Pure function; the only place that knows the parsing
// library, which is slow to compile.
#pragma once

#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/cli/command.h"

namespace livesonic::cli {

struct CommandLine {
  enum class Wish { kRun, kHelp, kVersion };
  Wish wish = Wish::kRun;
  const Command* command = nullptr;  // points into the program's tree
  std::vector<std::string> words;    // that led to it: {"livesonic", "cluster", "add"}
  Arguments arguments;
  Session::Options options;
};

// `words` are without the program's own name. The error says what is wrong and how to go on.
Result<CommandLine> parse_command_line(const Command& program,
                                       const std::vector<std::string>& words);

}  // namespace livesonic::cli
