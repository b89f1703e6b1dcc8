// SPDX-License-Identifier: Apache-2.0
#include "gate/allow_list.h"

namespace livesonic::gate {
namespace {

// Nothing when a backslash stands before something else.
std::optional<std::string> unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      plain += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    switch (text[i]) {
      case 'n':
        plain += '\n';
        break;
      case 't':
        plain += '\t';
        break;
      case '\\':
        plain += '\\';
        break;
      default:
        return std::nullopt;
    }
  }
  return plain;
}

}  // namespace

std::optional<std::string> allowed_command(std::string_view list, std::string_view asked) {
  if (asked.empty()) return std::nullopt;
  std::optional<std::string> by_id;
  while (!list.empty()) {
    const std::size_t end = list.find('\n');
    const std::string_view line = list.substr(0, end);
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    const std::size_t tab = line.find('\t');
    if (tab == 0 || tab == std::string_view::npos) continue;
    std::optional<std::string> command = unescape(line.substr(tab + 1));
    if (!command || command->empty() || command->find('\0') != std::string::npos) continue;
    if (*command == asked) return command;
    if (!by_id && line.substr(0, tab) == asked) by_id = std::move(command);
  }
  return by_id;
}

std::string for_a_log(std::string_view text, std::size_t longest) {
  std::string safe(text.substr(0, longest));
  for (char& c : safe) {
    if (c < ' ' || c > '~') c = '?';
  }
  if (text.size() > longest) safe += "...";
  return safe;
}

}  // namespace livesonic::gate
