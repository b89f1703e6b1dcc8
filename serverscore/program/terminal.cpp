// SPDX-License-Identifier: Apache-2.0
#include "serverscore/program/terminal.h"

#include <unistd.h>

#include <cstdlib>

namespace serverscore {
namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
  return value != nullptr ? value : std::string_view{};
}

// "en_US.UTF-8", "C.utf8": what follows the point, in any case and with or without the hyphen.
bool names_utf8(std::string_view locale) {
  const std::size_t point = locale.find('.');
  if (point == std::string_view::npos) return false;
  std::string_view wanted = "utf8";
  for (const char c : locale.substr(point + 1)) {
    if (c == '@') break;
    if (c == '-') continue;
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (wanted.empty() || lower != wanted.front()) return false;
    wanted.remove_prefix(1);
  }
  return wanted.empty();
}

}  // namespace

Surroundings surroundings_of(int file) {
  return {.terminal = ::isatty(file) == 1,
          .no_color = variable("NO_COLOR"),
          .term = variable("TERM"),
          .lc_all = variable("LC_ALL"),
          .lc_ctype = variable("LC_CTYPE"),
          .lang = variable("LANG")};
}

Style style_for(Colour asked, const Surroundings& surroundings) {
  const bool able = surroundings.terminal && surroundings.no_color.empty() &&
                    !surroundings.term.empty() && surroundings.term != "dumb";
  Style style;
  style.colour = asked == Colour::kAlways || (asked == Colour::kAuto && able);
  // The first that is set decides: locale(7).
  const std::string_view locale = !surroundings.lc_all.empty()     ? surroundings.lc_all
                                  : !surroundings.lc_ctype.empty() ? surroundings.lc_ctype
                                                                   : surroundings.lang;
  style.blocks = style.colour && surroundings.terminal && names_utf8(locale);
  return style;
}

}  // namespace serverscore
