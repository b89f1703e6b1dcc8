// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/nagios.h"

#include "serverscore/print/format.h"
#include "serverscore/print/reasons.h"

namespace serverscore {
namespace {

constexpr std::size_t kMostDangers = 3;
constexpr std::size_t kLongestText = 160;

// Nothing that would end the text: '|' begins the numbers, a newline the long output.
std::string harmless(std::string_view text) {
  std::string text_only = shown(text.substr(0, kLongestText));
  for (char& c : text_only) {
    if (c == '|') c = '?';
  }
  return text_only;
}

std::string part_text(const char* name, const Part& part) {
  return part.known ? format("%s %d", name, part.score) : format("%s ?", name);
}

// U is the guidelines' word for a value that couldn't be had.
std::string part_number(const char* name, const Part& part) {
  return part.known ? format(" %s=%d;;;1;100", name, part.score) : format(" %s=U;;;1;100", name);
}

}  // namespace

PluginStatus plugin_status(int score, const Thresholds& thresholds) {
  if (score < thresholds.critical) return PluginStatus::kCritical;
  return score < thresholds.warning ? PluginStatus::kWarning : PluginStatus::kOk;
}

std::string plugin_line(const Inputs& inputs, const Verdict& verdict, const Thresholds& thresholds,
                        std::string_view more) {
  constexpr const char* kWords[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
  const auto status = static_cast<int>(plugin_status(verdict.score, thresholds));
  std::string text = format("SERVERSCORE %s - score %d (", kWords[status], verdict.score) +
                     part_text("cpu", verdict.cpu) + ", " + part_text("io", verdict.io) + ", " +
                     part_text("memory", verdict.memory) + ")";
  std::size_t named = 0;
  for (const Danger& danger : worst_first(verdict)) {
    if (named++ == kMostDangers) {
      text += format("; and %zu more dangers", verdict.dangers.size() - kMostDangers);
      break;
    }
    text += "; " + harmless(explain_danger(inputs, danger));
  }
  if (!more.empty()) text += "; " + harmless(more);
  // "60:" is the range of what is well, 60 and above.
  return text +
         format(" | score=%d;%d:;%d:;1;100", verdict.score, thresholds.warning,
                thresholds.critical) +
         part_number("cpu", verdict.cpu) + part_number("io", verdict.io) +
         part_number("memory", verdict.memory) + "\n";
}

std::string plugin_unknown(std::string_view why) {
  return "SERVERSCORE UNKNOWN - " + harmless(why) + "\n";
}

}  // namespace serverscore
