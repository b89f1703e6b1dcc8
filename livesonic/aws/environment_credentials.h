// SPDX-License-Identifier: Apache-2.0
// The keys in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
#pragma once

#include <optional>

#include "livesonic/aws/credentials.h"
#include "livesonic/aws/environment.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

// nullopt when neither key is set; one without the other is kInvalidInput: to look on elsewhere
// would be to act as somebody else than was meant.
Result<std::optional<Credentials>> environment_credentials(const Environment& environment);

}  // namespace livesonic::aws
