// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/template_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "livesonic/base/text.h"

namespace livesonic {
namespace {

struct Part {
  std::string_view text;
  bool is_name = false;
};

// The next part of the text, which must not be empty; takes it away from there.
Result<Part> take_part(std::string_view& rest) {
  if (rest.starts_with("{{") || rest.starts_with("}}")) {
    const Part brace{rest.substr(0, 1)};
    rest.remove_prefix(2);
    return brace;
  }
  if (rest.front() == '}') {
    return fail(ErrorKind::kInvalidInput, "has a '}' without a '{'; write '}}' for the brace");
  }
  const bool is_name = rest.front() == '{';
  const std::size_t end = rest.find_first_of("{}", is_name ? 1 : 0);
  if (!is_name) {
    const Part words{rest.substr(0, end)};
    rest.remove_prefix(words.text.size());
    return words;
  }
  if (end == std::string_view::npos || rest[end] != '}') {
    return fail(ErrorKind::kInvalidInput, "has a '{' without a '}'; write '{{' for the brace");
  }
  const Part name{rest.substr(1, end - 1), true};
  rest.remove_prefix(end + 1);
  return name;
}

}  // namespace

Result<void> check_template(std::string_view text, std::span<const std::string_view> names) {
  while (!text.empty()) {
    const auto part = take_part(text);
    if (!part) return fail(part.error());
    if (!part->is_name || std::find(names.begin(), names.end(), part->text) != names.end()) {
      continue;
    }
    return fail(ErrorKind::kInvalidInput,
                fmt::format("has the unknown placeholder '{{{}}}'; there are {}",
                            printable(shorten(part->text, 40)), fmt::join(names, ", ")));
  }
  return {};
}

std::string fill_template(std::string_view text,
                          const std::function<std::string(std::string_view name)>& value) {
  std::string filled;
  while (!text.empty()) {
    const auto part = take_part(text);
    if (!part) return filled + std::string(text);
    filled += part->is_name ? value(part->text) : std::string(part->text);
  }
  return filled;
}

}  // namespace livesonic
