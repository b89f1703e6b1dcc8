// SPDX-License-Identifier: Apache-2.0
// The help texts. Pure function.
#pragma once

#include <string>
#include <vector>

#include "livesonic/cli/command.h"

namespace livesonic::cli {

// `words` are the command's names from the program's on: {"livesonic", "cluster", "add"}.
std::string help_text(const std::vector<std::string>& words, const Command& command);

// "livesonic cluster add NAME --elb BALANCER"; further lines are indented.
std::string usage_line(const std::vector<std::string>& words, const Command& command);

}  // namespace livesonic::cli
