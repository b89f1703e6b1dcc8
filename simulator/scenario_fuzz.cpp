// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>

#include "simulator/scenario.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)livesonic::simulator::parse_scenario({reinterpret_cast<const char*>(data), size});
  return 0;
}
