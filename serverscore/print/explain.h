// SPDX-License-Identifier: Apache-2.0
// The verdict for a person at a terminal, who reads in two seconds what is wrong. Pure.
#pragma once

#include <string>
#include <string_view>

#include "serverscore/print/reasons.h"

namespace serverscore {

// What the terminal can show.
struct Style {
  bool colour = false;  // by ANSI's escape sequences: green, yellow, red
  bool blocks = false;  // bars of Unicode's block elements, in UTF-8; else of '#' and '.'
};

// The colours change below these scores.
inline constexpr int kGreenFrom = 60;
inline constexpr int kYellowFrom = 30;

// Dressed in the colour of that score, where there is colour.
std::string coloured(std::string_view text, int score, const Style& style);
// 20 cells wide.
std::string bar(int score, const Style& style);

// A line for the score and its main cause, one for each danger, one with a bar for each part, then
// what happened lately, missing files and notes. ASCII but for `style`.
std::string explain(const Inputs& inputs, const Verdict& verdict, const Style& style = {});

}  // namespace serverscore
