// SPDX-License-Identifier: Apache-2.0
// Asks for long lists of names a part at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "livesonic/base/result.h"

namespace livesonic::aws {

// Calls `ask(part)` for the distinct items, at most `size` at a time, in order; its first error
// ends it.
template <typename Ask>  // Result<void>(const std::vector<std::string>& part)
Result<void> in_batches(const std::vector<std::string>& items, std::size_t size, Ask ask) {
  std::vector<std::string> distinct = items;
  std::ranges::sort(distinct);
  const auto repeated = std::ranges::unique(distinct);
  distinct.erase(repeated.begin(), repeated.end());
  for (std::size_t from = 0; from < distinct.size(); from += size) {
    const auto begin = distinct.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end = begin + static_cast<std::ptrdiff_t>(std::min(size, distinct.size() - from));
    if (Result<void> asked = ask(std::vector<std::string>(begin, end)); !asked) return asked;
  }
  return {};
}

}  // namespace livesonic::aws
