// SPDX-License-Identifier: Apache-2.0
// What the parsers share: taking a text apart, and numbers within bounds. Pure; nothing fails or
// throws, whatever the text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace serverscore {

// For people: what was malformed. Never holds anything taken from a file.
using Notes = std::vector<std::string>;

// Adds "FILE: WHAT".
void note(Notes& notes, std::string_view file, std::string_view what);

// The text up to the next newline, which goes with it.
std::string_view take_line(std::string_view& text);
// The next run of characters that aren't blanks; empty at the end.
std::string_view take_word(std::string_view& line);
// The text up to the next `end`, which goes with it; all of it where there is none.
std::string_view take_up_to(std::string_view& text, char end);
bool take_prefix(std::string_view& text, std::string_view prefix);

bool is_digit(char c);
// A whole number from 0 to `most`.
std::optional<double> to_count(std::string_view word, double most = 1e18);
// Digits, and a fraction perhaps: "12.34". From 0 to `most`.
std::optional<double> to_decimal(std::string_view word, double most);

// The first line, at most `most` characters of it, made harmless wherever it is shown: what isn't
// printable ASCII becomes '?'.
std::string printable(std::string_view text, std::size_t most = 64);

}  // namespace serverscore
