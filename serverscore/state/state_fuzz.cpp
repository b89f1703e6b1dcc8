// SPDX-License-Identifier: Apache-2.0
// A state file of anyone's making: what it says is within bounds, and what is written back is read
// as it was.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "serverscore/state/state.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace serverscore;
  const Past past = parse_past({reinterpret_cast<const char*>(data), size});
  const std::string text = format_past(past);
  if (past.boot.empty() != text.empty()) std::abort();
  if (format_past(parse_past(text)) != text) std::abort();
  Look look;
  look.since_boot_s = 1e6;
  const Past kept = remember(past, past.boot, look);
  if (kept.looks.size() > 6) std::abort();
  const Look* const base = choose_base(kept, look.since_boot_s);
  if (base != nullptr && base->since_boot_s >= look.since_boot_s) std::abort();
  const auto kills = recent_oom_kills(kept, look.since_boot_s, 5);
  if (kills && (*kills < 0 || *kills > 5)) std::abort();
  return 0;
}
