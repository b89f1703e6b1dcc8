// SPDX-License-Identifier: Apache-2.0
// What a key may have run, and nothing else. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace livesonic::gate {

// The list has a line for each command: an id, a tab, and the command, in which "\n", "\t" and
// "\\" stand for what they say. Empty lines and those that begin with '#' say nothing; lines that
// are none of this allow nothing.
//
// The command that `asked` means: it must be exactly one of the commands, or exactly one of the
// ids. Nothing when it is neither.
std::optional<std::string> allowed_command(std::string_view list, std::string_view asked);

// At most `longest` bytes of it, with everything but printable ASCII as '?': safe for a log.
std::string for_a_log(std::string_view text, std::size_t longest);

}  // namespace livesonic::gate
