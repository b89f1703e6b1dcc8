// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/profile_credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "livesonic/aws/client.h"
#include "livesonic/aws/container_credentials.h"
#include "livesonic/aws/environment_credentials.h"
#include "livesonic/aws/instance_credentials.h"
#include "livesonic/aws/process_credentials.h"
#include "livesonic/aws/sso_credentials.h"
#include "livesonic/aws/sts.h"
#include "livesonic/aws/web_identity.h"
#include "livesonic/base/text.h"

namespace livesonic::aws {
namespace {

using Found = Result<std::optional<Credentials>>;

Found found(Result<Credentials> credentials) {
  if (!credentials) return fail(std::move(credentials.error()));
  return std::optional(std::move(*credentials));
}

// Roles may be chained; more of them than this are a mistake.
constexpr std::size_t kMaxProfiles = 16;

// Follows one profile to where its credentials come from.
class Resolver {
 public:
  Resolver(const SharedConfig& shared, const Surroundings& around, const std::stop_token& stop)
      : shared_(shared), around_(around), stop_(stop) {}

  Found resolve(const std::string& name);

 private:
  Result<Credentials> assume(const std::string& name, const Profile& profile);
  Result<Credentials> source_of(const std::string& name, const Profile& profile);
  Result<Credentials> source_profile(const std::string& name, const std::string& source);
  Result<Credentials> credential_source(const std::string& name, const std::string& source);
  Result<Role> role_of(const std::string& name, const Profile& profile);
  Found keys_of(const std::string& name, const Profile& profile);

  [[nodiscard]] tl::unexpected<Error> refuse(const std::string& name, std::string_view why) const {
    return fail(ErrorKind::kInvalidInput, fmt::format("the profile '{}' {}", printable(name), why));
  }

  const SharedConfig& shared_;
  const Surroundings& around_;
  const std::stop_token& stop_;
  std::vector<std::string> visited_;
};

Found Resolver::resolve(const std::string& name) {
  const auto at = shared_.sections.profiles.find(name);
  if (at == shared_.sections.profiles.end()) {
    return fail(ErrorKind::kInvalidInput, fmt::format("there is no AWS profile '{}' in {}",
                                                      printable(name), shared_.looked_in));
  }
  const Profile& profile = at->second;
  visited_.push_back(name);
  const std::string token_file = setting(profile, "web_identity_token_file");
  if (!token_file.empty()) {
    const Result<Role> role = role_of(name, profile);
    if (!role) return fail(role.error());
    return found(
        web_identity_credentials({.token_file = token_file, .role = *role}, around_, stop_));
  }
  if (assumes_role(profile)) return found(assume(name, profile));
  if (uses_sso(profile)) {
    return found(
        read_sso_profile(name, profile, shared_.sections.sso_sessions)
            .and_then([&](const SsoProfile& sso) { return sso_credentials(sso, around_, stop_); }));
  }
  if (Found keys = keys_of(name, profile); !keys || *keys) return keys;
  const std::string command = setting(profile, "credential_process");
  if (!command.empty()) return found(process_credentials(command, stop_));
  return std::nullopt;
}

Result<Credentials> Resolver::assume(const std::string& name, const Profile& profile) {
  if (profile.contains("mfa_serial")) {
    return refuse(name,
                  "wants a code of an MFA device (mfa_serial), which nobody is there to enter; use "
                  "a role that trusts without one");
  }
  const Result<Role> role = role_of(name, profile);
  if (!role) return fail(role.error());
  Result<Credentials> source = source_of(name, profile);
  if (!source) return source;

  ClientSettings settings = around_.settings;
  if (const std::string region = setting(profile, "region"); !region.empty()) {
    if (Result<void> checked = check_region(region); !checked) return fail(checked.error());
    settings.region = region;
  }
  StaticCredentials credentials(std::move(*source));
  const Client client(std::move(settings), {.transport = around_.transport,
                                            .credentials = &credentials,
                                            .clock = around_.clock,
                                            .statistics = around_.statistics,
                                            .states = around_.states});
  return Sts(client).assume_role(*role, stop_).map_error([&](const Error& error) {
    return error.context(fmt::format("the profile '{}'", printable(name)));
  });
}

Result<Credentials> Resolver::source_of(const std::string& name, const Profile& profile) {
  const std::string from_profile = setting(profile, "source_profile");
  const std::string from_place = setting(profile, "credential_source");
  if (from_profile.empty() == from_place.empty()) {
    return refuse(name,
                  "has a role_arn, and must say by either source_profile or "
                  "credential_source who may assume it");
  }
  return from_profile.empty() ? credential_source(name, from_place)
                              : source_profile(name, from_profile);
}

Result<Credentials> Resolver::source_profile(const std::string& name, const std::string& source) {
  Found credentials;
  if (source == name) {  // the role is assumed with the keys beside it
    credentials = keys_of(name, shared_.sections.profiles.at(name));
  } else if (std::ranges::find(visited_, source) != visited_.end() ||
             visited_.size() >= kMaxProfiles) {
    return refuse(name, fmt::format("has the source_profile '{}', and these lead in a circle",
                                    printable(source)));
  } else {
    credentials = resolve(source);
  }
  if (!credentials) return fail(std::move(credentials.error()));
  if (*credentials) return std::move(**credentials);
  return refuse(name, fmt::format("has the source_profile '{}', which has no credentials",
                                  printable(source)));
}

Result<Credentials> Resolver::credential_source(const std::string& name,
                                                const std::string& source) {
  if (source == "Environment") {
    Found keys = environment_credentials(around_.environment);
    if (!keys) return fail(keys.error());
    if (*keys) return std::move(**keys);
    return refuse(name, "wants keys of the environment (AWS_ACCESS_KEY_ID, …); there are none");
  }
  if (source == "EcsContainer") {
    const auto container = container_endpoint(around_.environment);
    if (!container) return fail(container.error());
    if (*container) return container_credentials(**container, around_.transport, stop_);
    return refuse(name, "wants a container's role, and this is no container with one");
  }
  if (source == "Ec2InstanceMetadata") {
    const auto service = metadata_service(around_.environment);
    if (service) return instance_credentials(*service, around_.transport, stop_);
    return refuse(name, "wants the instance's role, which AWS_EC2_METADATA_DISABLED forbids");
  }
  return refuse(name,
                "has a credential_source that is none of Environment, Ec2InstanceMetadata "
                "and EcsContainer");
}

Result<Role> Resolver::role_of(const std::string& name, const Profile& profile) {
  Role role{.arn = setting(profile, "role_arn"),
            .external_id = setting(profile, "external_id"),
            .session_name = setting(profile, "role_session_name"),
            .duration = {}};
  if (const std::string text = setting(profile, "duration_seconds"); !text.empty()) {
    int seconds = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, seconds);
    if (error != std::errc{} || stopped != end || seconds < 900 || seconds > 43200) {
      return refuse(name, "has a duration_seconds that is no number from 900 to 43200");
    }
    role.duration = std::chrono::seconds{seconds};
  }
  return check_role(role, fmt::format("the profile '{}'", printable(name))).map([&] {
    return std::move(role);
  });
}

Found Resolver::keys_of(const std::string& name, const Profile& profile) {
  Credentials credentials{.access_key_id = setting(profile, "aws_access_key_id"),
                          .secret_access_key = Secret(setting(profile, "aws_secret_access_key")),
                          .session_token = Secret(setting(profile, "aws_session_token")),
                          .expires_at = {}};
  if (credentials.access_key_id.empty() && credentials.secret_access_key.empty()) {
    return std::nullopt;
  }
  return check_credentials(credentials, fmt::format("the profile '{}'", printable(name))).map([&] {
    return std::optional(std::move(credentials));
  });
}

}  // namespace

bool assumes_role(const Profile& profile) {
  return profile.contains("role_arn") && !profile.contains("web_identity_token_file");
}

Found profile_credentials(const SharedConfig& shared, const std::string& name,
                          const Surroundings& around, const std::stop_token& stop) {
  return Resolver(shared, around, stop).resolve(name);
}

}  // namespace livesonic::aws
