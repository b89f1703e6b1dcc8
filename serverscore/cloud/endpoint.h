// SPDX-License-Identifier: Apache-2.0
// Where the instance metadata service is. Pure.
#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>

namespace serverscore {

struct Endpoint {
  sockaddr_storage address{};
  socklen_t size = 0;  // of the address; 0: there is none, see `why_not`
  std::string host;    // as it stands in a request: "169.254.169.254", "[fd00:ec2::254]"
  std::string why_not;
};

// "http://169.254.169.254", "http://[fd00:ec2::254]:80/": http only, a numeric address, no path.
Endpoint parse_endpoint(std::string_view url);

// From the environment's AWS_EC2_METADATA_DISABLED ("true", in any case, disables it) and
// AWS_EC2_METADATA_SERVICE_ENDPOINT, as the AWS SDKs read them; either may be null. Without them it
// is http://169.254.169.254.
Endpoint choose_endpoint(const char* disabled, const char* endpoint);

}  // namespace serverscore
