// SPDX-License-Identifier: Apache-2.0
#include "livesonic/cli/table.h"

#include <algorithm>
#include <numeric>

#include "livesonic/cli/display.h"

namespace livesonic::cli {
namespace {

constexpr std::size_t kGap = 2;
// A column is never cut below this: what is left would say nothing.
constexpr std::size_t kNarrowest = 6;

}  // namespace

void Table::add(std::vector<Span> cells) {
  cells.resize(columns_.size(), Span(""));
  for (Span& cell : cells) {
    cell.text = cell.text.empty() ? "-" : terminal_text(cell.text);
  }
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::widths(const Screen& screen) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = display_width(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, display_width(row[i].text));
    widths.push_back(width);
  }
  if (!screen.width() || widths.empty()) return widths;
  std::size_t total =
      std::accumulate(widths.begin(), widths.end(), std::size_t{0}) + kGap * (widths.size() - 1);
  while (total > *screen.width()) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= kNarrowest) break;
    --*widest;
    --total;
  }
  return widths;
}

void Table::print(Screen& screen) const {
  const auto column_widths = widths(screen);
  const auto print_row = [&](const std::vector<Span>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string text = cut_to_width(cells[i].text, column_widths[i]);
      const std::string padding(column_widths[i] - display_width(text), ' ');
      if (i > 0) line.append(kGap, ' ');
      if (columns_[i].align == Align::kRight) line += padding;
      line += screen.styled(text, cells[i].style);
      // No white space at the end of lines.
      if (columns_[i].align == Align::kLeft && i + 1 < cells.size()) line += padding;
    }
    screen.raw(line + "\n");
  };
  std::vector<Span> titles;
  for (const Column& column : columns_) titles.emplace_back(column.title, Style::kBold);
  print_row(titles);
  for (const auto& row : rows_) print_row(row);
}

}  // namespace livesonic::cli
