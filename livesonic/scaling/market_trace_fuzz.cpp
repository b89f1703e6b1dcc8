// SPDX-License-Identifier: Apache-2.0
#include "livesonic/scaling/market_trace.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace livesonic::scaling;

// Whatever is given as prices or as an availability, each pool has a price and each step a length.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace std::chrono_literals;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto pools = parse_spot_prices(text, "fuzz.tsv", {"m6i.large", "c6i.large"}, "us")) {
    for (const Pool& pool : *pools) {
      if (!(pool.price > 0 && pool.price < 10'000) || pool.on_demand_price <= 0) std::abort();
      if (!pool.zone.starts_with("us") || pool.barred) std::abort();
    }
  }
  if (const auto found = parse_availability(text, "fuzz.json")) {
    if (found->step < 1s || found->step > 24h || found->had.empty()) std::abort();
  }
  (void)zone_prefix(text);
  return 0;
}
