// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/local_service.h"

#include <fmt/format.h>

#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::aws {

HttpRequest local_request(std::string method, std::string url) {
  HttpRequest request;
  request.method = std::move(method);
  request.url = std::move(url);
  request.connect_timeout = std::chrono::seconds{1};
  request.timeout = std::chrono::seconds{2};
  request.body_limit = 65536;
  request.direct = true;
  return request;
}

Result<std::string> ask_local(const HttpRequest& request, Transport& transport,
                              const std::stop_token& stop) {
  Result<HttpResponse> response = transport.send(request, stop);
  if (!response) return fail(std::move(response.error()));
  if (response->status != 200) {
    return fail(ErrorKind::kUnavailable, fmt::format("{} answers {} to {}", printable(request.url),
                                                     response->status, request.method));
  }
  return std::move(response->body);
}

}  // namespace livesonic::aws
