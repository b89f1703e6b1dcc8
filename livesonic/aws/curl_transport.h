// SPDX-License-Identifier: Apache-2.0
// HTTP by libcurl.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/aws/http.h"
#include "livesonic/base/secret.h"

namespace livesonic::aws {

// What stands between us and AWS.
struct Proxy {
  Secret url;      // "http://user:password@proxy:3128"; empty: as the environment says
  std::string no;  // "internal.example,.corp,10.0.0.1": reached without it
};

// Thread-safe: each exchange under way has a handle of its own, which is kept, with its open
// connections, for the next, preferably to the same host. TLS certificates are verified against the
// system's store. Unless a proxy is given, http_proxy, https_proxy, all_proxy and no_proxy are
// honoured as curl does. A stop request ends an exchange at once.
class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(Proxy proxy = {});
  ~CurlTransport() override;
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  Result<HttpResponse> send(const HttpRequest& request, const std::stop_token& stop) override;

 private:
  class Handle;
  std::unique_ptr<Handle> take(std::string_view host);
  void put_back(std::unique_ptr<Handle> handle);

  const Proxy proxy_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Handle>> idle_;
};

}  // namespace livesonic::aws
