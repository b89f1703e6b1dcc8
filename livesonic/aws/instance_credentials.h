// SPDX-License-Identifier: Apache-2.0
// Temporary credentials of the role that this EC2 instance has been given.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "livesonic/aws/credentials.h"
#include "livesonic/aws/environment.h"
#include "livesonic/aws/http.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

// Where the instance metadata service is, without a final slash; nullopt when
// AWS_EC2_METADATA_DISABLED forbids to ask it. AWS_EC2_METADATA_SERVICE_ENDPOINT and _ENDPOINT_MODE
// (IPv4 or IPv6) are honoured.
std::optional<std::string> metadata_service(const Environment& environment);

// By the instance metadata service, version 2. Gives up after two seconds where nothing answers.
Result<Credentials> instance_credentials(const std::string& base_url, Transport& transport,
                                         const std::stop_token& stop);

}  // namespace livesonic::aws
