// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "livesonic/remote/batch_text.h"

using namespace livesonic::remote;

// The first byte says into how large pieces the rest is cut. No byte may be lost or added.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t step = data[0] % 64U + 1U;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  MarkedText text("5e", size % 2 == 0);  // short, so that it is found
  std::size_t marks = 0;
  std::size_t seen = 0;
  while (!bytes.empty()) {
    text.hear(bytes.substr(0, step));
    bytes.remove_prefix(std::min(step, bytes.size()));
    while (const auto piece = text.next()) {
      seen += piece->text.size();
      if (piece->ends) ++marks;
      if (piece->status < 0 || piece->status > 255) __builtin_trap();
    }
  }
  seen += text.rest().size();
  if (seen > size - 1 || marks != text.marks()) __builtin_trap();
  if (marks == 0 && seen != size - 1) __builtin_trap();
  return 0;
}
