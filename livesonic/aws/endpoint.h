// SPDX-License-Identifier: Apache-2.0
// Where a service is to be reached, and the region its requests are signed for. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "livesonic/base/result.h"

namespace livesonic::aws {

// A service as AWS names it. Constants of the service's own file.
struct Service {
  std::string_view id;  // in host names and signatures: "ec2"
  std::string_view api_version;
  bool global = false;  // one endpoint a partition
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

// With an `endpoint_url` (as checked above) every service is there; without one, AWS's own, in the
// partition that `region` belongs to: aws, aws-cn or aws-us-gov.
Endpoint resolve_endpoint(const Service& service, std::string_view region,
                          std::string_view endpoint_url);

}  // namespace livesonic::aws
