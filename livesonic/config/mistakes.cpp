// SPDX-License-Identifier: Apache-2.0
#include "livesonic/config/mistakes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "livesonic/base/text.h"

namespace livesonic::config {
namespace {

constexpr std::size_t kMostTold = 50;

}  // namespace

void Mistakes::add(Position at, std::string message) {
  found_.emplace_back(at, std::move(message));
}

Error Mistakes::error(std::string_view file_name) const {
  auto ordered = found_;
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string text;
  for (std::size_t i = 0; i < ordered.size() && i < kMostTold; ++i) {
    const auto& [at, message] = ordered[i];
    if (i > 0) text += '\n';
    text += fmt::format("{}:{}:{}: {}", printable(file_name), at.line, at.column, message);
  }
  if (ordered.size() > kMostTold) {
    text += fmt::format("\nand {} more mistakes", ordered.size() - kMostTold);
  }
  return {ErrorKind::kInvalidInput, text};
}

Error Mistakes::error() const {
  std::string text;
  for (std::size_t i = 0; i < found_.size() && i < kMostTold; ++i) {
    text += (i > 0 ? "; " : "") + found_[i].second;
  }
  return {ErrorKind::kInvalidInput, text};
}

}  // namespace livesonic::config
