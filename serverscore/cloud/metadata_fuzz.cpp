// SPDX-License-Identifier: Apache-2.0
// The documents of the instance metadata service, and its address.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "serverscore/cloud/endpoint.h"
#include "serverscore/cloud/notices.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace serverscore;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Endpoint endpoint = parse_endpoint(text);
  if ((endpoint.size == 0) == endpoint.why_not.empty()) std::abort();
  Notices notices;
  take_spot_action(text, notices);
  take_rebalance(text, notices);
  take_maintenance(text, notices);
  take_lifecycle_state(text, notices);
  for (const std::string& line : describe(notices)) {
    if (line.size() > 2000) std::abort();
    for (const char c : line) {
      if (c < ' ' || c > '~') std::abort();
    }
  }
  return 0;
}
