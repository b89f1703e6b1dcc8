// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/cluster.h"

#include <fmt/format.h>

#include <algorithm>

#include "livesonic/base/text.h"

namespace livesonic {

std::string_view to_string(ClusterKind kind) {
  switch (kind) {
    case ClusterKind::kElb:
      return "elb";
  }
  return "?";
}

Result<ClusterKind> parse_cluster_kind(std::string_view text) {
  if (text == "elb") return ClusterKind::kElb;
  return fail(ErrorKind::kInvalidInput, fmt::format("'{}' is not a kind of cluster; known: elb",
                                                    printable(shorten(text, 32))));
}

std::string_view to_string(Origin origin) {
  return origin == Origin::kFile ? "file" : "operator";
}

Result<Origin> parse_origin(std::string_view text) {
  if (text == "file") return Origin::kFile;
  if (text == "operator") return Origin::kOperator;
  return fail(ErrorKind::kInvalidInput, fmt::format("'{}' is no origin", printable(text)));
}

Result<void> check_name(std::string_view what, std::string_view name) {
  const auto letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const bool fits = !name.empty() && name.size() <= 64 && letter_or_digit(name.front()) &&
                    std::all_of(name.begin(), name.end(), [&](char c) {
                      return letter_or_digit(c) || c == '.' || c == '_' || c == '-';
                    });
  if (fits) return {};
  return fail(
      ErrorKind::kInvalidInput,
      fmt::format("'{}' cannot be the name of a {}: use 1 to 64 letters, digits, '.', '_' or "
                  "'-', beginning with a letter or digit",
                  printable(shorten(name, 80)), what));
}

}  // namespace livesonic
