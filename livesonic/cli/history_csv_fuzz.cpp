// SPDX-License-Identifier: Apache-2.0
// Any bytes are scores to import or an error, never a crash.
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

#include "livesonic/cli/history_csv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream csv(std::string(reinterpret_cast<const char*>(data), size));
  const auto imports = livesonic::cli::read_history_csv(csv, "fuzz.csv");
  if (!imports) return 0;
  for (const auto& import : *imports) {
    (void)livesonic::cli::send_in_batches(
        import, 4, [](const livesonic::cli::Json&) { return livesonic::Result<void>(); });
  }
  return 0;
}
