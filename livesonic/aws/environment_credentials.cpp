// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/environment_credentials.h"

#include <utility>

namespace livesonic::aws {

Result<std::optional<Credentials>> environment_credentials(const Environment& environment) {
  Credentials credentials{
      .access_key_id = environment("AWS_ACCESS_KEY_ID").value_or(""),
      .secret_access_key = Secret(environment("AWS_SECRET_ACCESS_KEY").value_or("")),
      .session_token = Secret(environment("AWS_SESSION_TOKEN").value_or("")),
      .expires_at = {}};
  if (credentials.access_key_id.empty() && credentials.secret_access_key.empty()) {
    return std::nullopt;
  }
  return check_credentials(credentials, "the environment (AWS_ACCESS_KEY_ID, …)").map([&] {
    return std::optional(std::move(credentials));
  });
}

}  // namespace livesonic::aws
