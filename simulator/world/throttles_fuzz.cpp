// SPDX-License-Identifier: Apache-2.0
// Throttling as an operator gives it.
#include <cstdint>
#include <string_view>

#include "simulator/world/throttles.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)livesonic::simulator::parse_throttles({reinterpret_cast<const char*>(data), size});
  return 0;
}
