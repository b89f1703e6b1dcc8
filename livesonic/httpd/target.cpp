// SPDX-License-Identifier: Apache-2.0
#include "livesonic/httpd/target.h"

#include <fmt/format.h>

#include <algorithm>

#include "livesonic/base/text.h"

namespace livesonic::httpd {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Plus { kItself, kSpace };

Result<std::string> decode(std::string_view text, Plus plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::kSpace) {
      decoded += ' ';
    } else if (text[i] != '%') {
      decoded += text[i];
    } else {
      const int high = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return fail(ErrorKind::kInvalidInput,
                    fmt::format("'{}' has a '%' without two hexadecimal digits behind it",
                                printable(shorten(text, 80))));
      }
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return decoded;
}

Result<std::map<std::string, std::string>> parse_pairs(std::string_view text, Plus plus) {
  std::map<std::string, std::string> pairs;
  for (const std::string_view part : split(text, '&')) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    auto name = decode(part.substr(0, equals), plus);
    if (!name) return fail(name.error());
    auto value = decode(
        equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1), plus);
    if (!value) return fail(value.error());
    pairs[*std::move(name)] = *std::move(value);
  }
  return pairs;
}

}  // namespace

Result<std::string> percent_decode(std::string_view text) {
  return decode(text, Plus::kItself);
}

Result<std::map<std::string, std::string>> parse_form(std::string_view text) {
  return parse_pairs(text, Plus::kSpace);
}

Result<Target> parse_target(std::string_view text) {
  if (text.empty() || text.front() != '/') {
    return fail(ErrorKind::kInvalidInput, fmt::format("'{}' is no path: it must begin with '/'",
                                                      printable(shorten(text, 80))));
  }
  const std::size_t question = text.find('?');
  auto path = percent_decode(text.substr(0, question));
  if (!path) return fail(path.error());
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::any_of(path->begin(), path->end(), control)) {
    return fail(ErrorKind::kInvalidInput, "the path has control characters");
  }
  Target target{*std::move(path), {}};
  if (question == std::string_view::npos) return target;
  auto query = parse_pairs(text.substr(question + 1), Plus::kItself);
  if (!query) return fail(query.error());
  target.query = *std::move(query);
  return target;
}

}  // namespace livesonic::httpd
