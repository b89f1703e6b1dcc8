// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/format.h"

#include <array>
#include <cstdarg>
#include <cstdio>

namespace serverscore {

std::string format(const char* pattern, ...) {
  std::array<char, 512> buffer{};
  va_list arguments;
  va_start(arguments, pattern);
  std::vsnprintf(buffer.data(), buffer.size(), pattern, arguments);
  va_end(arguments);
  return buffer.data();
}

std::string shown(std::string_view text, std::size_t most) {
  std::string harmless;
  if (text.size() > most) {
    harmless = "...";
    text.remove_prefix(text.size() - (most - harmless.size()));
  }
  for (const char c : text) harmless += c >= ' ' && c <= '~' ? c : '?';
  return harmless;
}

std::string size_of(double bytes) {
  constexpr std::array<const char*, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < kUnits.size()) {
    bytes /= 1024;
    ++unit;
  }
  const bool whole = unit == 0 || bytes >= 100;
  return format("%.*f %s", whole ? 0 : 1, bytes, kUnits[unit]);
}

}  // namespace serverscore
