// SPDX-License-Identifier: Apache-2.0
// An HTTP response: what came complete must not change by what comes after it in pieces.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "serverscore/cloud/http.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace serverscore;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const HttpResponse open = parse_response(text, false);
  const HttpResponse closed = parse_response(text, true);
  if (open.body.size() > kMostBody || closed.body.size() > kMostBody) std::abort();
  if (closed.state == HttpState::kIncomplete) std::abort();
  if (open.state == HttpState::kMalformed && closed.state == HttpState::kComplete) std::abort();
  if (open.state == HttpState::kComplete && closed.body != open.body) std::abort();
  // A piece of what is fine or unfinished is unfinished, never malformed.
  if (open.state != HttpState::kMalformed &&
      parse_response(text.substr(0, size / 2), false).state == HttpState::kMalformed) {
    std::abort();
  }
  return 0;
}
