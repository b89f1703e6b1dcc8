// SPDX-License-Identifier: Apache-2.0
// The files ~/.aws/credentials and ~/.aws/config: text in, settings out. What they mean is for
// others to say (profile_credentials.h, preferences.h). Source: "Shared config and credentials
// files", AWS SDKs and Tools Reference Guide.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "livesonic/aws/environment.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

// Settings by their lower-case names; one that is nested in another is "services.endpoint_url".
using Profile = std::map<std::string, std::string>;
using Profiles = std::map<std::string, Profile>;

// What the profile says of `name`; empty where it says nothing.
std::string setting(const Profile& profile, const std::string& name);

// The sections of one file, or of both, by kind and name.
struct SharedSections {
  Profiles profiles;
  Profiles sso_sessions;  // "[sso-session NAME]"
  Profiles services;      // "[services NAME]"
};

enum class ProfileFile {
  kCredentials,  // sections are "[name]"
  kConfig,       // sections are "[profile name]", "[default]", "[sso-session name]", …
};

// Pure. A section given twice is one with the settings of both; sections of unknown kinds are left
// out. Errors say file, line and remedy, and never quote a value.
Result<SharedSections> parse_profiles(std::string_view text, ProfileFile kind,
                                      std::string_view file_name);

struct SharedConfig {
  SharedSections sections;  // of both files; where both have a setting, the credentials file's
  std::string looked_in;    // "/home/me/.aws/credentials and /home/me/.aws/config"
};

// Reads the files, which needn't exist, from where AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE
// or the home directory say. Fails when a file can't be read or parsed.
Result<SharedConfig> load_shared_config(const Environment& environment);

struct SelectedProfile {
  std::string name;
  bool asked_for = false;  // by a setting or by AWS_PROFILE; else it is "default"
  bool exists = false;
  Profile settings;
};

// `wanted` empty: AWS_PROFILE, else "default". Fails when a profile that was asked for isn't there.
Result<SelectedProfile> select_profile(const SharedConfig& shared, const std::string& wanted,
                                       const Environment& environment);

// $HOME, or the home directory of the user that we run as.
std::filesystem::path home_directory(const Environment& environment);

}  // namespace livesonic::aws
