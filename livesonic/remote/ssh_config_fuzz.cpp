// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "livesonic/remote/ssh_config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace livesonic;
  const std::string_view content(reinterpret_cast<const char*>(data), size);
  int reads = 0;
  const auto config = remote::parse_ssh_config(
      content, "config",
      [&](const std::string&) -> Result<std::vector<std::pair<std::string, std::string>>> {
        // Itself, but not for ever.
        if (++reads > 8 || size > 4096) return std::vector<std::pair<std::string, std::string>>{};
        return std::vector{std::pair{std::string("config"), std::string(content)}};
      });
  if (!config) return 0;
  for (const char* host : {"web1.example", "10.0.0.7", ""}) {
    const auto answer = remote::look_up(*config, host);
    for (const auto& file : answer.identity_files) (void)remote::expand_tokens(file, {});
  }
  return 0;
}
