// SPDX-License-Identifier: Apache-2.0
// The credentials that a profile of ~/.aws/config and ~/.aws/credentials stands for, in one of six
// ways: a role assumed by another profile or by where this machine runs, a web identity, SSO, keys,
// a program.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "livesonic/aws/credentials.h"
#include "livesonic/aws/profiles.h"
#include "livesonic/aws/surroundings.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

// nullopt when the profile says nothing about credentials; an error names the profile and the
// remedy. A role whose source is again a role is assumed through all of them; a circle is an error.
Result<std::optional<Credentials>> profile_credentials(const SharedConfig& shared,
                                                       const std::string& name,
                                                       const Surroundings& around,
                                                       const std::stop_token& stop);

// Whether the profile is a role to be assumed with other credentials.
bool assumes_role(const Profile& profile);

}  // namespace livesonic::aws
