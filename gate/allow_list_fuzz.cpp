// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gate/allow_list.h"

// The list, a zero byte, and what is asked.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t end = bytes.find('\0');
  const std::string_view list = bytes.substr(0, end);
  const std::string_view asked =
      end == std::string_view::npos ? std::string_view() : bytes.substr(end + 1);
  const auto command = livesonic::gate::allowed_command(list, asked);
  // Whatever is allowed is something that is in the list.
  if (command && (command->empty() || list.empty())) __builtin_trap();
  (void)livesonic::gate::for_a_log(asked, 20);
  return 0;
}
