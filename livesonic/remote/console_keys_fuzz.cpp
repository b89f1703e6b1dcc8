// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "livesonic/remote/console_keys.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)livesonic::remote::console_fingerprints(
      std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
