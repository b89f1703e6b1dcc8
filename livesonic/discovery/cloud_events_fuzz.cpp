// SPDX-License-Identifier: Apache-2.0
// Whatever lies on the queue, reading it gives an event or an error; and an event is no more than a
// message may say.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "livesonic/discovery/cloud_events.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace livesonic::discovery;
  const auto event = parse_cloud_event({reinterpret_cast<const char*>(data), size});
  if (!event) return 0;
  if (event->type.empty() || event->instances.size() > kMostInstances) std::abort();
  for (const std::string& id : event->instances) {
    if (!id.starts_with("i-") || id.size() > 40) std::abort();
  }
  if (event->detail.size() > 65536 || event->service.size() > 2048) std::abort();
  return 0;
}
