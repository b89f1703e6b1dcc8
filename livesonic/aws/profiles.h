// SPDX-License-Identifier: Apache-2.0
// The files ~/.aws/credentials and ~/.aws/config.
// Source: "Shared config and credentials files", AWS SDKs and Tools Reference Guide.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "livesonic/aws/environment.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

// Settings by their lower-case names.
using Profile = std::map<std::string, std::string>;
using Profiles = std::map<std::string, Profile>;

enum class ProfileFile {
  kCredentials,  // sections are "[name]"
  kConfig,       // sections are "[profile name]" and "[default]"; others are no profiles
};

// Pure. A profile given twice is one with the settings of both. Nested settings (indented lines)
// are left out. Errors say file, line and remedy, and never quote a value.
Result<Profiles> parse_profiles(std::string_view text, ProfileFile kind,
                                std::string_view file_name);

struct SelectedProfile {
  std::string name;
  bool asked_for = false;  // by a setting or by AWS_PROFILE; else it is "default"
  bool exists = false;
  Profile settings;       // of both files; where both have one, that of the credentials file
  std::string looked_in;  // "/home/me/.aws/credentials and /home/me/.aws/config"
};

// Reads the files, which needn't exist, from where AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE
// or the home directory say. `wanted` empty: AWS_PROFILE, else "default". Fails when a file can't
// be read or parsed, and when a profile that was asked for is in neither.
Result<SelectedProfile> load_profile(const std::string& wanted, const Environment& environment);

}  // namespace livesonic::aws
