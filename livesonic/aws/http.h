// SPDX-License-Identifier: Apache-2.0
// One HTTP exchange as values, and the interface to whatever carries it out.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

// Names and values in the order they were given; a name may come more than once.
using Fields = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  Fields headers;
  std::string body;
  Duration connect_timeout = std::chrono::seconds{5};
  Duration timeout = std::chrono::seconds{15};  // for the whole exchange
  std::size_t body_limit = std::size_t{32} << 20U;
  bool direct = false;  // past any proxy of the environment: for link-local metadata services
};

struct HttpResponse {
  int status = 0;
  Fields headers;
  std::string body;

  // The value of the first header of that name, in whatever case; nullptr when there is none.
  [[nodiscard]] const std::string* header(std::string_view name) const;
};

// Implementations are thread-safe.
class Transport {
 public:
  virtual ~Transport() = default;

  // Any status is an answer. Redirects are not followed. Fails with kUnavailable (no connection, or
  // it broke), kTimeout, or kInvalidInput (an answer beyond the limits); soon after a stop is
  // requested, with kUnavailable.
  virtual Result<HttpResponse> send(const HttpRequest& request, const std::stop_token& stop) = 0;
};

// "Sun, 06 Nov 1994 08:49:37 GMT", the form of the Date header (RFC 9110, 5.6.7).
std::optional<Time> parse_http_date(std::string_view text);

// Equal but for the case of ASCII letters.
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace livesonic::aws
