// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/screen.h"

#include <ostream>

#include "livesonic/base/text.h"
#include "livesonic/cli/display.h"

namespace livesonic::cli {
namespace {

std::string_view escape_code(Style style) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kBold:
      return "\x1b[1m";
    case Style::kDim:
      return "\x1b[2m";
    case Style::kRed:
      return "\x1b[31m";
    case Style::kYellow:
      return "\x1b[33m";
    case Style::kGreen:
      return "\x1b[32m";
  }
  return "";
}

}  // namespace

std::string Screen::styled(std::string_view safe_text, Style style) const {
  if (!colours_ || style == Style::kPlain || safe_text.empty()) return std::string(safe_text);
  return std::string(escape_code(style)) + std::string(safe_text) + "\x1b[0m";
}

void Screen::line(const std::vector<Span>& spans) {
  for (const Span& span : spans) out_ << styled(terminal_text(span.text), span.style);
  out_ << '\n';
}

void Screen::lines(std::string_view text) {
  for (const std::string_view one : split(text, '\n')) out_ << terminal_text(one) << '\n';
}

void Screen::raw(std::string_view text) {
  out_ << text;
}

void Screen::complain(std::string_view message) {
  out_.flush();
  std::string_view before = "livesonic: ";
  for (const std::string_view one : split(message, '\n')) {
    err_ << before << terminal_text(one) << '\n';
    before = "";
  }
}

bool Screen::flush() {
  out_.flush();
  return out_.good();
}

Style score_style(double score) {
  return score < 40 ? Style::kRed : score < 70 ? Style::kYellow : Style::kGreen;
}

}  // namespace livesonic::cli
