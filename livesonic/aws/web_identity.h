// SPDX-License-Identifier: Apache-2.0
// A role assumed with the token of an OpenID Connect provider: EKS's roles for service accounts
// (IRSA), and CI systems.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "livesonic/aws/credentials.h"
#include "livesonic/aws/environment.h"
#include "livesonic/aws/profiles.h"
#include "livesonic/aws/sts.h"
#include "livesonic/aws/surroundings.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

struct WebIdentity {
  std::string token_file;
  Role role;
};

// From AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN and AWS_ROLE_SESSION_NAME; nullopt when the first
// isn't set. A file without a role is kInvalidInput.
Result<std::optional<WebIdentity>> web_identity_of_environment(const Environment& environment);

// Reads the file each time: whoever provides the token replaces it before it expires.
Result<Credentials> web_identity_credentials(const WebIdentity& identity,
                                             const Surroundings& around,
                                             const std::stop_token& stop);

}  // namespace livesonic::aws
