// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/display.h"

#include <algorithm>
#include <array>

#include "livesonic/base/text.h"

namespace livesonic::cli {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr std::array<Range, 17> kNoWidth{{{0x0300, 0x036F},
                                          {0x0483, 0x0489},
                                          {0x0591, 0x05BD},
                                          {0x0610, 0x061A},
                                          {0x064B, 0x065F},
                                          {0x0E31, 0x0E31},
                                          {0x0E34, 0x0E3A},
                                          {0x0E47, 0x0E4E},
                                          {0x1AB0, 0x1AFF},
                                          {0x1DC0, 0x1DFF},
                                          {0x200B, 0x200D},
                                          {0x20D0, 0x20FF},
                                          {0x302A, 0x302D},
                                          {0x3099, 0x309A},
                                          {0xFE00, 0xFE0F},
                                          {0xFE20, 0xFE2F},
                                          {0xE0100, 0xE01EF}}};

constexpr std::array<Range, 39> kWide{
    {{0x1100, 0x115F}, {0x231A, 0x231B}, {0x2329, 0x232A},   {0x23E9, 0x23EC},  {0x23F0, 0x23F0},
     {0x23F3, 0x23F3}, {0x25FD, 0x25FE}, {0x2614, 0x2615},   {0x2648, 0x2653},  {0x267F, 0x267F},
     {0x2693, 0x2693}, {0x26A1, 0x26A1}, {0x26AA, 0x26AB},   {0x26BD, 0x26BE},  {0x26C4, 0x26C5},
     {0x26CE, 0x26CE}, {0x26D4, 0x26D4}, {0x26EA, 0x26EA},   {0x26F2, 0x26FD},  {0x2705, 0x2705},
     {0x270A, 0x270B}, {0x2728, 0x2728}, {0x274C, 0x274E},   {0x2753, 0x2757},  {0x2795, 0x2797},
     {0x27B0, 0x27BF}, {0x2B1B, 0x2B1C}, {0x2B50, 0x2B55},   {0x2E80, 0x303E},  {0x3041, 0x4DBF},
     {0x4E00, 0xA4CF}, {0xA960, 0xA97C}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},  {0xFE30, 0xFE6F},
     {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}}};

template <std::size_t N>
bool is_in(const std::array<Range, N>& ranges, char32_t character) {
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), character,
                       [](char32_t value, const Range& range) { return value < range.first; });
  return after != ranges.begin() && character <= std::prev(after)->last;
}

// The first character of non-empty valid UTF-8, which is moved past it.
char32_t take_character(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t character = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length && i < text.size(); ++i) {
    character = (character << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  text.remove_prefix(std::min(length, text.size()));
  return character;
}

std::size_t width_of(char32_t character) {
  if (is_in(kNoWidth, character)) return 0;
  return is_in(kWide, character) ? 2 : 1;
}

// What changes the direction of text or separates lines.
bool is_treacherous(char32_t character) {
  return character == 0x061C || (character >= 0x200E && character <= 0x200F) ||
         (character >= 0x2028 && character <= 0x202E) ||
         (character >= 0x2066 && character <= 0x2069) || character == 0xFEFF;
}

}  // namespace

std::string terminal_text(std::string_view text) {
  const std::string shown = printable(text);
  std::string safe;
  safe.reserve(shown.size());
  for (std::string_view rest = shown; !rest.empty();) {
    const std::string_view before = rest;
    const char32_t character = take_character(rest);
    safe += is_treacherous(character) ? std::string_view("\xEF\xBF\xBD")
                                      : before.substr(0, before.size() - rest.size());
  }
  return safe;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) width += width_of(take_character(text));
  return width;
}

std::string cut_to_width(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::size_t width = 0;
  std::string_view rest = text;
  for (;;) {
    const std::string_view before = rest;
    width += width_of(take_character(rest));
    if (width > columns - 1) {
      return std::string(text.substr(0, text.size() - before.size())) + "…";
    }
  }
}

}  // namespace livesonic::cli
