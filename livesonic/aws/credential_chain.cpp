// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/credential_chain.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "livesonic/aws/container_credentials.h"
#include "livesonic/aws/environment_credentials.h"
#include "livesonic/aws/instance_credentials.h"
#include "livesonic/aws/profile_credentials.h"
#include "livesonic/aws/profiles.h"
#include "livesonic/aws/web_identity.h"

namespace livesonic::aws {
namespace {

using Found = Result<std::optional<Credentials>>;

// What the environment says, which a profile that was asked for in the configuration overrules.
Found look_in_environment(const Profile& profile, const Surroundings& around,
                          const std::stop_token& stop) {
  if (assumes_role(profile)) return std::nullopt;
  const auto identity = web_identity_of_environment(around.environment);
  if (!identity) return fail(identity.error());
  if (!*identity) return std::nullopt;
  Result<Credentials> credentials = web_identity_credentials(**identity, around, stop);
  if (!credentials) return fail(std::move(credentials.error()));
  return std::optional(std::move(*credentials));
}

Result<Credentials> look_at_instance(const std::string& profile, const std::string& looked_in,
                                     const Surroundings& around, const std::stop_token& stop) {
  std::string instance = "AWS_EC2_METADATA_DISABLED keeps from asking for the instance's role";
  if (const auto service = metadata_service(around.environment)) {
    Result<Credentials> role = instance_credentials(*service, around.transport, stop);
    if (role) return role;
    instance = "no role of this instance (" + role.error().message + ")";
  }
  return fail(ErrorKind::kPermission,
              fmt::format("no AWS credentials found: none in the configuration "
                          "(aws.access_key_id), {}none of the profile in {}, no container's role "
                          "(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI), {}",
                          profile.empty() ? "none in the environment (AWS_ACCESS_KEY_ID, "
                                            "AWS_WEB_IDENTITY_TOKEN_FILE), "
                                          : "",
                          looked_in, instance));
}

}  // namespace

Result<Credentials> look_for_credentials(const std::string& profile, const Surroundings& around,
                                         const std::stop_token& stop) {
  if (profile.empty()) {
    Found keys = environment_credentials(around.environment);
    if (!keys) return fail(keys.error());
    if (*keys) return std::move(**keys);
  }
  const Result<SharedConfig> shared = load_shared_config(around.environment);
  if (!shared) return fail(shared.error());
  const auto selected = select_profile(*shared, profile, around.environment);
  if (!selected) return fail(selected.error());
  if (profile.empty()) {
    Found identity = look_in_environment(selected->settings, around, stop);
    if (!identity) return fail(identity.error());
    if (*identity) return std::move(**identity);
  }
  if (selected->exists) {
    Found found = profile_credentials(*shared, selected->name, around, stop);
    if (!found) return fail(found.error());
    if (*found) return std::move(**found);
  }

  const Result<std::optional<ContainerEndpoint>> container = container_endpoint(around.environment);
  if (!container) return fail(container.error());
  if (*container) {
    Result<Credentials> role = container_credentials(**container, around.transport, stop);
    if (role) return role;
    return fail(role.error().context("the container's credentials"));
  }
  return look_at_instance(profile, shared->looked_in, around, stop);
}

}  // namespace livesonic::aws
