// SPDX-License-Identifier: Apache-2.0
// Writes JSON, one value after the other. Whatever is given, the result is valid JSON in ASCII, as
// long as the caller keeps open() and close() in balance.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace serverscore {

class JsonWriter {
 public:
  enum class Layout { kIndented, kOneLine };

  explicit JsonWriter(Layout layout = Layout::kIndented) : layout_(layout) {}

  // The key is empty for the members of a list and for the outermost object.
  void open(std::string_view key, char bracket);
  void close(char bracket);

  // null when there is none, or when it isn't finite.
  void number(std::string_view key, std::optional<double> value, int decimals = 0);
  // UTF-8; each byte that isn't becomes U+FFFD.
  void string(std::string_view key, std::string_view value);
  // The string, or null when it is empty.
  void string_or_null(std::string_view key, std::string_view value);
  void boolean(std::string_view key, bool value);
  void null(std::string_view key);

  // Everything written, and a newline.
  [[nodiscard]] std::string finish() { return std::move(text_) + "\n"; }

 private:
  void line();
  void name(std::string_view key);
  void quote(std::string_view value);

  Layout layout_;
  std::string text_;
  std::size_t depth_ = 0;
  bool first_ = true;
};

}  // namespace serverscore
