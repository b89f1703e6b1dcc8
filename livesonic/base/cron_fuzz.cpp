// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/cron.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// The last moment until a time is not after it, and the next one is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto cron =
      livesonic::Cron::parse({reinterpret_cast<const char*>(data), size}, "Asia/Tokyo");
  if (!cron) return 0;
  const livesonic::Time now{std::chrono::seconds{1'770'000'000}};
  if (const auto last = cron->last_until(now); last && *last > now) std::abort();
  if (const auto next = cron->next_after(now); next && *next <= now) std::abort();
  return 0;
}
