// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/trace.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// Whatever is given as a recording, the load that is taken from it can be reckoned with.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace std::chrono_literals;
  const auto trace =
      livesonic::scaling::parse_trace({reinterpret_cast<const char*>(data), size}, "fuzz.csv");
  if (!trace) {
    if (trace.error().message.empty()) std::abort();
    return 0;
  }
  if (trace->load.empty() || trace->load.size() > std::size_t{10} * 366 * 24 * 60) std::abort();
  if (trace->step <= 0ms || trace->step > 24h || trace->filled < 0) std::abort();
  for (const double load : trace->load) {
    if (!std::isfinite(load) || load < 0) std::abort();
  }
  return 0;
}
