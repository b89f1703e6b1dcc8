// SPDX-License-Identifier: Apache-2.0
#include "livesonic/model/service.h"

#include <fmt/format.h>

#include "livesonic/base/text.h"

namespace livesonic {

Result<void> check_json_pointer(std::string_view pointer) {
  bool fits = pointer.empty() || pointer.starts_with('/');
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] != '~') continue;
    fits = fits && i + 1 < pointer.size() && (pointer[i + 1] == '0' || pointer[i + 1] == '1');
  }
  if (fits) return {};
  return fail(ErrorKind::kInvalidInput,
              fmt::format("'{}' is no JSON pointer; write /status or /checks/0/ok, and in names ~1 "
                          "for a slash and ~0 for a tilde",
                          printable(shorten(pointer, 80))));
}

}  // namespace livesonic
