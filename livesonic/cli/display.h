// SPDX-License-Identifier: Apache-2.0
// Text on a terminal: how wide it is, and what of it is safe to show there. Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace livesonic::cli {

// What a terminal may be given of any text: printable(), and in it the characters that reorder or
// hide text replaced by U+FFFD.
std::string terminal_text(std::string_view text);

// How many columns valid UTF-8 takes: two for East Asian wide characters and emoji, none for marks
// that join the character before. The ranges are those of Unicode 15's EastAsianWidth W and F.
std::size_t display_width(std::string_view text);

// At most `columns` wide, with "…" as the last one where something was cut.
std::string cut_to_width(std::string_view text, std::size_t columns);

}  // namespace livesonic::cli
