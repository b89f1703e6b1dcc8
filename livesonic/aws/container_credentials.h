// SPDX-License-Identifier: Apache-2.0
// Temporary credentials of the role that this container has been given: on ECS, and on EKS with Pod
// Identity.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "livesonic/aws/credentials.h"
#include "livesonic/aws/environment.h"
#include "livesonic/aws/http.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

// Where a container's credentials are to be had, and what to show there.
struct ContainerEndpoint {
  std::string url;
  std::string authorization;  // may be empty
};

// From AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI; nullopt where neither is set, as
// outside ECS and EKS. Plain HTTP is accepted only for loopback and the addresses that AWS uses for
// this. The token's file is read each time: it is replaced every so often.
Result<std::optional<ContainerEndpoint>> container_endpoint(const Environment& environment);

Result<Credentials> container_credentials(const ContainerEndpoint& endpoint, Transport& transport,
                                          const std::stop_token& stop);

}  // namespace livesonic::aws
