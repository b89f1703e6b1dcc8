// SPDX-License-Identifier: Apache-2.0
// Temporary credentials of the role that this machine or container has been given.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "livesonic/aws/credentials.h"
#include "livesonic/aws/environment.h"
#include "livesonic/aws/http.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

// The instance's role, by the instance metadata service, version 2. `base_url` without a final
// slash. Gives up after two seconds where nothing answers.
Result<Credentials> instance_credentials(const std::string& base_url, Transport& transport,
                                         const std::stop_token& stop);

// Where a container's credentials are to be had, and what to show there.
struct ContainerEndpoint {
  std::string url;
  std::string authorization;  // may be empty
};

// From AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI; nullopt where neither is set, as
// outside ECS and EKS. Plain HTTP is accepted only for loopback and the addresses that AWS uses for
// this.
Result<std::optional<ContainerEndpoint>> container_endpoint(const Environment& environment);

Result<Credentials> container_credentials(const ContainerEndpoint& endpoint, Transport& transport,
                                          const std::stop_token& stop);

// Pure: reads the JSON that both services answer. Errors never quote it.
Result<Credentials> parse_role_credentials(std::string_view json);

}  // namespace livesonic::aws
