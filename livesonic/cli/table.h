// SPDX-License-Identifier: Apache-2.0
// A table: columns aligned by what they look like, cut where the terminal ends. Not thread-safe.
#pragma once

#include <string>
#include <vector>

#include "livesonic/cli/screen.h"

namespace livesonic::cli {

enum class Align { kLeft, kRight };

struct Column {
  std::string title;
  Align align = Align::kLeft;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // One cell a column; missing ones are empty.
  void add(std::vector<Span> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  // The titles and the rows. On a terminal the widest columns are cut until all fits.
  void print(Screen& screen) const;

 private:
  [[nodiscard]] std::vector<std::size_t> widths(const Screen& screen) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Span>> rows_;  // as wide as columns_, their text safe
};

}  // namespace livesonic::cli
