// SPDX-License-Identifier: Apache-2.0
// Small things done to text. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace livesonic {

// Without white space at either end.
std::string_view trim(std::string_view text);

// The parts between separators; an empty text has one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);

// What stands between white space.
std::vector<std::string> words_of(std::string_view text);

// Valid UTF-8 as it is, anything else replaced by U+FFFD: safe to put into JSON.
std::string to_valid_utf8(std::string_view text);

// As to_valid_utf8, and control characters written as escapes (\n, \x1b): safe for a terminal or a
// log, on one line.
std::string printable(std::string_view text);

// At most `bytes` bytes, never cutting a UTF-8 character, with "…" where something was cut.
std::string shorten(std::string_view text, std::size_t bytes);

// 32 hexadecimal digits from the kernel's random numbers; for ids that must never repeat.
std::string random_id();

}  // namespace livesonic
