// SPDX-License-Identifier: Apache-2.0
// Just enough of HTTP/1.1 (RFC 9112) to understand what the metadata service answers. Pure, and
// bounded: whatever comes, it neither fails nor keeps more than kMostReceived.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace serverscore {

constexpr std::size_t kMostHead = std::size_t{16} * 1024;
constexpr std::size_t kMostBody = std::size_t{64} * 1024;
// Of a response as it comes over the wire, the framing of chunks included. What is longer is
// malformed.
constexpr std::size_t kMostReceived = kMostHead + 2 * kMostBody;

enum class HttpState { kIncomplete, kComplete, kMalformed };

struct HttpResponse {
  HttpState state = HttpState::kIncomplete;
  int status = 0;         // 200..599
  bool reusable = false;  // the connection may carry another request
  std::string body;       // at most kMostBody
};

// `received`: all that came since the request. `closed`: nothing more will come. The fields but
// `state` hold only when that is kComplete.
HttpResponse parse_response(std::string_view received, bool closed);

}  // namespace serverscore
