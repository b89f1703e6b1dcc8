// SPDX-License-Identifier: Apache-2.0
#include "serverscore/parse/pressure.h"

#include <algorithm>

namespace serverscore {
namespace {

struct Line {
  std::optional<double> percent;  // of the last 10 seconds
  std::optional<double> total;    // microseconds
};

Line parse_line(std::string_view line) {
  Line parsed;
  for (std::string_view word = take_word(line); !word.empty(); word = take_word(line)) {
    if (take_prefix(word, "avg10=")) parsed.percent = to_decimal(word, 100);
    if (take_prefix(word, "total=")) parsed.total = to_count(word);
  }
  return parsed;
}

}  // namespace

std::optional<PressureFile> parse_pressure(std::string_view text, std::string_view file,
                                           Notes& notes) {
  Line some;
  Line full;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    const std::string_view kind = take_word(line);
    if (kind == "some") some = parse_line(line);
    if (kind == "full") full = parse_line(line);
  }
  if (!some.percent) {
    note(notes, file, "no usable avg10 of 'some'");
    return std::nullopt;
  }
  PressureFile pressure;
  pressure.recent.full = full.percent.value_or(0) / 100;
  pressure.recent.some = std::max(*some.percent / 100, pressure.recent.full);
  if (some.total) {
    pressure.totals = StallTotals{.some = *some.total, .full = full.total.value_or(0)};
  }
  return pressure;
}

}  // namespace serverscore
