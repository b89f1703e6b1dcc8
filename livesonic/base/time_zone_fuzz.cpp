// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>

#include "livesonic/base/time_zone.h"
#include "livesonic/base/zone_rule.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const livesonic::Time time{std::chrono::seconds{4'000'000'000}};
  if (const auto zone = livesonic::TimeZone::parse(text)) livesonic::wall_clock(time, *zone);
  if (const auto rule = livesonic::parse_zone_rule(text)) {
    rule->at(std::chrono::floor<std::chrono::seconds>(time));
  }
  return 0;
}
