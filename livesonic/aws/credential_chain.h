// SPDX-License-Identifier: Apache-2.0
// The places where AWS's own tools look for credentials, in their order. A file each says how one
// place is looked at; this one says only which comes before which.
#pragma once

#include <stop_token>
#include <string>

#include "livesonic/aws/credentials.h"
#include "livesonic/aws/surroundings.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

// The environment's keys, a role of the profile, a web identity, the profile's other credentials,
// the container's role, the instance's role. A `profile` that is not empty goes before all that the
// environment says. kPermission, with every place that was looked at, when there is nothing.
Result<Credentials> look_for_credentials(const std::string& profile, const Surroundings& around,
                                         const std::stop_token& stop);

}  // namespace livesonic::aws
