// SPDX-License-Identifier: Apache-2.0
// Reads a list that comes in pages, to its end or not at all.
#pragma once

#include <fmt/format.h>

#include <set>
#include <string>
#include <string_view>

#include "livesonic/base/result.h"

namespace livesonic::aws {

inline constexpr int kMaxPages = 2000;

// Calls `read_page(marker)` with an empty marker, then with each marker it returns, until it
// returns an empty one. Its error, a marker that comes again, and too many pages fail the whole.
template <typename ReadPage>  // Result<std::string>(const std::string& marker)
Result<void> read_pages(std::string_view operation, ReadPage read_page) {
  std::set<std::string> seen;
  std::string marker;
  for (int page = 0; page < kMaxPages; ++page) {
    Result<std::string> next = read_page(marker);
    if (!next) return fail(std::move(next.error()));
    if (next->empty()) return {};
    if (!seen.insert(*next).second) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("{}: AWS's pages lead in a circle", operation));
    }
    marker = std::move(*next);
  }
  return fail(ErrorKind::kInvalidInput,
              fmt::format("{}: the answer has more than {} pages", operation, kMaxPages));
}

}  // namespace livesonic::aws
