// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "livesonic/remote/known_hosts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  for (const int port : {22, 2222}) {
    (void)livesonic::remote::parse_known_hosts(content, "web", static_cast<std::uint16_t>(port));
  }
  return 0;
}
