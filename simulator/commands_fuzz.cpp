// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>

#include "simulator/commands.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const livesonic::simulator::HostView host;
  livesonic::simulator::answer_command(host, {reinterpret_cast<const char*>(data), size});
  return 0;
}
