// SPDX-License-Identifier: Apache-2.0
// Any bytes are a configuration file or an error, never a crash.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "livesonic/config/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto environment = [](const std::string& name) {
    return name == "SET" ? std::optional<std::string>("value") : std::nullopt;
  };
  (void)livesonic::config::parse({reinterpret_cast<const char*>(data), size}, "fuzz.yaml",
                                 environment);
  return 0;
}
