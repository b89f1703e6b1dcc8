// SPDX-License-Identifier: Apache-2.0
// Takes a command line apart without a shell. Pure function.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace livesonic::aws {

// As Python's shlex.split does, and with it the AWS CLI: words between white space; '…' literally;
// in "…" a backslash only before " and \; elsewhere a backslash takes the next character as it is.
// Nothing is expanded. nullopt where a quotation or an escape has no end.
std::optional<std::vector<std::string>> split_shell_words(std::string_view line);

}  // namespace livesonic::aws
