// SPDX-License-Identifier: Apache-2.0
// What happened, for the operator who reads the journal: one line an event, on stderr.
// Thread-safe. Secrets can't be passed (see secret.h).
#pragma once

#include <fmt/format.h>

#include <string_view>

namespace livesonic::log {

enum class Level { kDebug, kInfo, kWarning, kError };

enum class Format {
  kText,
  kJson,  // one object a line: {"time", "level", "message"}
};

// Text until set.
void set_format(Format format);

// Control characters in `line` are written as escapes, so that nothing from outside can forge a
// line.
void write(Level level, std::string_view line);

template <typename... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::kDebug, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::kInfo, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::kWarning, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::kError, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace livesonic::log
