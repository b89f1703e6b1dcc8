// SPDX-License-Identifier: Apache-2.0
// Where a command's output goes: a terminal with colours and a width, or a pipe with neither. All
// text passes through terminal_text() here, so that nothing from outside reaches the terminal raw.
// Not thread-safe.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace livesonic::cli {

enum class Style { kPlain, kBold, kDim, kRed, kYellow, kGreen };

struct Span {
  // NOLINTNEXTLINE(google-explicit-constructor): most spans are plain text
  Span(std::string shown, Style in = Style::kPlain) : text(std::move(shown)), style(in) {}
  Span(const char* shown, Style in = Style::kPlain) : text(shown), style(in) {}
  std::string text;
  Style style;
};

class Screen {
 public:
  // The streams must outlive the screen. Without a width lines may be of any length.
  Screen(std::ostream& out, std::ostream& err, bool colours, std::optional<std::size_t> width)
      : out_(out), err_(err), colours_(colours), width_(width) {}

  // A line of output. The second form may have "\n" in it, and is otherwise made safe likewise.
  void line(const std::vector<Span>& spans);
  void lines(std::string_view text);
  // As it is, for JSON, where everything has been escaped already.
  void raw(std::string_view text);
  // Lines on stderr, the first beginning with "livesonic: ".
  void complain(std::string_view message);

  [[nodiscard]] std::optional<std::size_t> width() const { return width_; }
  [[nodiscard]] std::string styled(std::string_view safe_text, Style style) const;
  // Has all that was written arrived?
  [[nodiscard]] bool flush();

 private:
  std::ostream& out_;
  std::ostream& err_;
  const bool colours_;
  const std::optional<std::size_t> width_;
};

// Red, yellow or green for a score from 1 to 100.
Style score_style(double score);

}  // namespace livesonic::cli
