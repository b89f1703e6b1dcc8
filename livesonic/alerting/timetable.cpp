// SPDX-License-Identifier: Apache-2.0
#include "livesonic/alerting/timetable.h"

namespace livesonic::alerting {
namespace {

// The patterns as one of RE2's.
std::string regex_of(const std::vector<std::string>& patterns) {
  if (patterns.empty()) return ".+";  // every cluster, and not what is of none
  std::string all;
  for (const std::string& pattern : patterns) {
    if (!all.empty()) all += '|';
    for (const char c : pattern) {
      if (c == '*') {
        all += ".*";
      } else if (c == '?') {
        all += '.';
      } else {
        if (c == '.' || c == '-') all += '\\';
        all += c;
      }
    }
  }
  return all;
}

}  // namespace

std::vector<Silence> in_effect(const std::vector<Maintenance>& maintenances, Time now) {
  std::vector<Silence> silences;
  for (const Maintenance& maintenance : maintenances) {
    const auto began = maintenance.begins.last_until(now);
    if (!began || now >= *began + maintenance.lasts) continue;
    Silence silence;
    silence.id = "timetable:" + maintenance.name;
    silence.kind = SilenceKind::kMaintenance;
    silence.matchers = {{"cluster", Matcher::Op::kMatches, regex_of(maintenance.clusters)}};
    silence.matchers.insert(silence.matchers.end(), maintenance.only.begin(),
                            maintenance.only.end());
    silence.starts_at = *began;
    silence.ends_at = *began + maintenance.lasts;
    silence.by = "the timetable";
    silence.comment = maintenance.comment;
    silences.push_back(std::move(silence));
  }
  return silences;
}

}  // namespace livesonic::alerting
