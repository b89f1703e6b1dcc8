// SPDX-License-Identifier: Apache-2.0
// HTTP by libcurl.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "livesonic/aws/http.h"

namespace livesonic::aws {

// Thread-safe: each exchange under way has a handle of its own, which is kept, with its open
// connections, for the next. TLS certificates are verified against the system's store. Proxies are
// taken from http_proxy, https_proxy, all_proxy and no_proxy, as curl does. A stop request ends an
// exchange at once.
class CurlTransport final : public Transport {
 public:
  CurlTransport();
  ~CurlTransport() override;
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  Result<HttpResponse> send(const HttpRequest& request, const std::stop_token& stop) override;

 private:
  class Handle;
  std::unique_ptr<Handle> take();
  void put_back(std::unique_ptr<Handle> handle);

  std::mutex mutex_;
  std::vector<std::unique_ptr<Handle>> idle_;
};

}  // namespace livesonic::aws
