// SPDX-License-Identifier: Apache-2.0
// What is wrong with a configuration file, collected so that all of it can be told at once.
#pragma once

#include <compare>
#include <string>
#include <utility>
#include <vector>

#include "livesonic/base/result.h"

namespace livesonic::config {

// Both count from 1; columns count characters.
struct Position {
  int line = 1;
  int column = 1;
  friend auto operator<=>(const Position&, const Position&) = default;
};

class Mistakes {
 public:
  // `message` must not contain a secret's value.
  void add(Position at, std::string message);
  [[nodiscard]] bool any() const { return !found_.empty(); }
  [[nodiscard]] std::size_t count() const { return found_.size(); }
  // One line "FILE:LINE:COLUMN: message" for each, in the file's order; the first fifty of them.
  [[nodiscard]] Error error(std::string_view file_name) const;
  // The messages alone, for what came in no file.
  [[nodiscard]] Error error() const;

 private:
  std::vector<std::pair<Position, std::string>> found_;
};

}  // namespace livesonic::config
