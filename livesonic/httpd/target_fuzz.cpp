// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>

#include "livesonic/httpd/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)livesonic::httpd::parse_form(text);
  const auto target = livesonic::httpd::parse_target(text);
  if (target && (target->path.empty() || target->path.front() != '/')) __builtin_trap();
  return 0;
}
