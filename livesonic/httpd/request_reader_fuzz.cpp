// SPDX-License-Identifier: Apache-2.0
// Feeds the input in two pieces, as a socket may: the first byte says where to cut.
#include <cstddef>
#include <cstdint>
#include <string>

#include "livesonic/httpd/request_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using livesonic::httpd::RequestReader;
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = data[0] % text.size();
  RequestReader reader(1000);
  std::string waiting;
  for (const std::string_view piece : {text.substr(0, cut), text.substr(cut)}) {
    waiting += piece;
    std::size_t consumed = 0;
    const auto progress = reader.feed(waiting, consumed);
    if (consumed > waiting.size()) __builtin_trap();
    waiting.erase(0, consumed);
    if (progress == RequestReader::Progress::kBad) return 0;
    if (progress == RequestReader::Progress::kDone) {
      if (reader.take().body.size() > 1000) __builtin_trap();
      return 0;
    }
  }
  return 0;
}
