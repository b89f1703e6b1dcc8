// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/json_writer.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace serverscore {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

// Takes one character off `text`, which isn't empty. What isn't well-formed UTF-8 (RFC 3629: no
// surrogates, nothing longer than need be) counts as one bad byte.
std::uint32_t take_character(std::string_view& text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const std::uint32_t first = byte(0);
  std::size_t length = 1;
  std::uint32_t least = 0;
  std::uint32_t character = first;
  if (first >= 0xF0 && first < 0xF8) {
    length = 4;
    least = 0x10000;
    character = first & 0x07U;
  } else if (first >= 0xE0 && first < 0xF0) {
    length = 3;
    least = 0x800;
    character = first & 0x0FU;
  } else if (first >= 0xC0 && first < 0xE0) {
    length = 2;
    least = 0x80;
    character = first & 0x1FU;
  }
  bool good = (first < 0x80 || length > 1) && text.size() >= length;
  for (std::size_t i = 1; good && i < length; ++i) {
    good = (byte(i) & 0xC0U) == 0x80U;
    character = (character << 6U) | (byte(i) & 0x3FU);
  }
  good = good && character >= least && character <= 0x10FFFF &&
         (character < 0xD800 || character > 0xDFFF);
  text.remove_prefix(good ? length : 1);
  return good ? character : kReplacement;
}

void append_escape(std::string& text, std::uint32_t unit) {
  std::array<char, 8> escape{};
  std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(unit & 0xFFFFU));
  text += escape.data();
}

}  // namespace

void JsonWriter::open(std::string_view key, char bracket) {
  name(key);
  text_ += bracket;
  ++depth_;
  first_ = true;
}

void JsonWriter::close(char bracket) {
  --depth_;
  if (!first_) line();
  text_ += bracket;
  first_ = false;
}

void JsonWriter::number(std::string_view key, std::optional<double> value, int decimals) {
  if (!value || !std::isfinite(*value)) return null(key);
  name(key);
  // The largest double has 309 digits before its point.
  std::array<char, 400> digits{};
  std::snprintf(digits.data(), digits.size(), "%.*f", decimals, *value);
  text_ += digits.data();
}

void JsonWriter::string(std::string_view key, std::string_view value) {
  name(key);
  quote(value);
}

void JsonWriter::string_or_null(std::string_view key, std::string_view value) {
  value.empty() ? null(key) : string(key, value);
}

void JsonWriter::boolean(std::string_view key, bool value) {
  name(key);
  text_ += value ? "true" : "false";
}

void JsonWriter::null(std::string_view key) {
  name(key);
  text_ += "null";
}

void JsonWriter::line() {
  if (layout_ == Layout::kOneLine) return;
  text_ += '\n';
  text_.append(depth_ * 2, ' ');
}

void JsonWriter::name(std::string_view key) {
  if (depth_ > 0) {
    if (!first_) text_ += ',';
    line();
  }
  first_ = false;
  if (key.empty()) return;
  quote(key);
  text_ += layout_ == Layout::kOneLine ? ":" : ": ";
}

void JsonWriter::quote(std::string_view value) {
  text_ += '"';
  while (!value.empty()) {
    const std::uint32_t character = take_character(value);
    if (character == '"' || character == '\\') {
      text_ += '\\';
      text_ += static_cast<char>(character);
    } else if (character >= ' ' && character <= '~') {
      text_ += static_cast<char>(character);
    } else if (character >= 0x10000) {
      append_escape(text_, 0xD800U + ((character - 0x10000U) >> 10U));
      append_escape(text_, 0xDC00U + ((character - 0x10000U) & 0x3FFU));
    } else {
      append_escape(text_, character);
    }
  }
  text_ += '"';
}

}  // namespace serverscore
