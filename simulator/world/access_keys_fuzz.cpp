// SPDX-License-Identifier: Apache-2.0
// A public key as somebody pushes it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "simulator/world/access_keys.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)livesonic::simulator::read_public_key({reinterpret_cast<const char*>(data), size});
  return 0;
}
