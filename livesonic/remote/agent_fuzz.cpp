// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "livesonic/remote/agent.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace livesonic::remote;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)is_signature(bytes);
  (void)unframed(bytes);
  // What is understood is written as it was read.
  if (const auto keys = parse_identities(bytes); keys && identities_answer(*keys) != bytes) {
    __builtin_trap();
  }
  return 0;
}
