// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/exposition.h"

#include "livesonic/base/text.h"

namespace livesonic::exposition {

std::string label(std::string_view name, std::string_view value) {
  std::string made = fmt::format("{}=\"", name);
  for (const char c : to_valid_utf8(value)) {
    if (c == '\n') {
      made += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') made += '\\';
    made += c;
  }
  return made + '"';
}

std::string heading(std::string_view name, std::string_view type, std::string_view help) {
  return fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

}  // namespace livesonic::exposition
