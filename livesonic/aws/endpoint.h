// SPDX-License-Identifier: Apache-2.0
// Where a service is to be reached, and the region its requests are signed for. Pure functions.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "livesonic/base/result.h"

namespace livesonic::aws {

// A service as AWS names it. Constants of the service's own file.
struct Service {
  std::string_view id;           // in signatures, and in host names unless `host` says otherwise
  std::string_view api_version;  // of the query and REST protocols
  bool global = false;           // one endpoint a partition
  std::string_view host = {};    // "api.pricing"; empty: like `id`
  // The service's name in AWS_ENDPOINT_URL_… and in a [services] section, in lower case:
  // "auto_scaling" (empty: like `id`).
  std::string_view key = {};
  // Of the JSON protocols: what comes before the operation in X-Amz-Target, and the version.
  std::string_view json_target = {};
  std::string_view json_version = "1.1";
};

std::string_view key_of(const Service& service);

// What an operator may say about endpoints.
struct EndpointOptions {
  bool fips = false;        // those with validated cryptography
  bool dual_stack = false;  // those that also have IPv6 addresses
  // As check_endpoint_url accepts them. One of a service, by its key, goes before `url`, which is
  // for all of them; where both are empty, AWS's own.
  std::string url = {};
  std::map<std::string, std::string, std::less<>> service_urls = {};
};

struct Endpoint {
  std::string base_url;  // "https://ec2.ap-northeast-1.amazonaws.com", without a final slash
  std::string host;      // as the Host header has it: "127.0.0.1:5000"
  std::string path;      // of the base URL: empty, or "/prefix"
  std::string signing_region;
};

// kInvalidInput, with the remedy, unless `region` looks like one ("ap-northeast-1").
Result<void> check_region(std::string_view region);

// kInvalidInput, with the remedy, unless it is "http://" or "https://", a host, and at most a port
// and a path.
Result<void> check_endpoint_url(std::string_view url);

// Of the service in the partition that `region` belongs to; one that looks like none known is taken
// for the worldwide partition's.
Endpoint resolve_endpoint(const Service& service, std::string_view region,
                          const EndpointOptions& options);

}  // namespace livesonic::aws
