// SPDX-License-Identifier: Apache-2.0
// Writes an XML document from top to bottom, as AWS's query services answer it.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace livesonic::simulator {

// Not thread-safe.
class XmlWriter {
 public:
  XmlWriter() { text_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"; }

  // <name>…</name> around whatever `fill` writes.
  template <typename Fill>
  void element(std::string_view name, Fill&& fill) {
    open(name, {});
    std::forward<Fill>(fill)();
    close(name);
  }
  // The same with xmlns="name_space".
  template <typename Fill>
  void root(std::string_view name, std::string_view name_space, Fill&& fill) {
    open(name, name_space);
    std::forward<Fill>(fill)();
    close(name);
  }
  // <name>value</name>; <name/> when empty.
  void text(std::string_view name, std::string_view value);
  void flag(std::string_view name, bool value) { text(name, value ? "true" : "false"); }
  void number(std::string_view name, long long value) { text(name, std::to_string(value)); }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void open(std::string_view name, std::string_view name_space);
  void close(std::string_view name);

  std::string text_;
};

}  // namespace livesonic::simulator
