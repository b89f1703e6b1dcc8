// SPDX-License-Identifier: Apache-2.0
// Credentials of IAM Identity Center, by the sign-in that `aws sso login` has left in
// ~/.aws/sso/cache. The cache is only read: to renew a sign-in takes a person with a browser.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "livesonic/aws/credentials.h"
#include "livesonic/aws/profiles.h"
#include "livesonic/aws/surroundings.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

// What a profile says about it, with what its sso_session says.
struct SsoProfile {
  std::string profile;    // its name
  std::string cache_key;  // the session's name, or in profiles of the older kind the start URL
  std::string region;
  std::string account_id;
  std::string role_name;
};

// Whether the profile is one with SSO at all.
bool uses_sso(const Profile& profile);

// Pure; kInvalidInput, naming what is missing.
Result<SsoProfile> read_sso_profile(const std::string& name, const Profile& profile,
                                    const Profiles& sso_sessions);

// "…/.aws/sso/cache/d033e22ae348aeb5660fc2140aec35850c4da997.json"
std::filesystem::path sso_cache_file(const std::filesystem::path& home, const std::string& key);

// kPermission when the sign-in is missing, has expired or is refused; the error says how to renew
// it.
Result<Credentials> sso_credentials(const SsoProfile& sso, const Surroundings& around,
                                    const std::stop_token& stop);

}  // namespace livesonic::aws
