// SPDX-License-Identifier: Apache-2.0
#include "serverscore/print/brief.h"

#include <string_view>

#include "serverscore/print/reasons.h"

namespace serverscore {
namespace {

void add_score(std::string& line, std::string_view name, int score) {
  line.append(" ").append(name).append("=").append(std::to_string(score));
}

void add_part(std::string& line, std::string_view name, const Part& part) {
  if (part.known) add_score(line, name, part.score);
}

void add_word(std::string& line, std::string_view text) {
  for (const char c : text) line += c > ' ' && c <= '~' ? c : '_';
}

}  // namespace

std::string to_brief_line(const Verdict& verdict, const Notices* notices) {
  std::string line = std::to_string(verdict.score);
  add_part(line, "cpu", verdict.cpu);
  add_part(line, "io", verdict.io);
  add_part(line, "memory", verdict.memory);
  if (!verdict.dangers.empty()) add_score(line, "danger", worst_first(verdict).front().cap);
  if (notices != nullptr && notices->spot_action) {
    line += " spot=";
    add_word(line, notices->spot_action->action);
    line += '@';
    add_word(line, notices->spot_action->time);
  }
  if (notices != nullptr && notices->rebalance_time) {
    line += " rebalance=";
    add_word(line, *notices->rebalance_time);
  }
  line += '\n';
  return line;
}

}  // namespace serverscore
