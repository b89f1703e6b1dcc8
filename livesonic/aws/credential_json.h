// SPDX-License-Identifier: Apache-2.0
// The JSON documents that carry credentials. Pure functions; errors never quote a document.
#pragma once

#include <string>
#include <string_view>

#include "livesonic/aws/credentials.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/base/secret.h"

namespace livesonic::aws {

// What the instance metadata service and the containers' endpoints answer: AccessKeyId,
// SecretAccessKey, Token, Expiration.
Result<Credentials> parse_role_credentials(std::string_view json);

// What a credential_process prints: Version 1, AccessKeyId, SecretAccessKey, and perhaps
// SessionToken and Expiration.
Result<Credentials> parse_process_credentials(std::string_view json);

// What `aws sso login` leaves in ~/.aws/sso/cache.
struct SsoToken {
  Secret access_token;
  Time expires_at{};
};
Result<SsoToken> parse_sso_token(std::string_view json);

// What the SSO portal answers to GetRoleCredentials.
Result<Credentials> parse_sso_role_credentials(std::string_view json);

}  // namespace livesonic::aws
