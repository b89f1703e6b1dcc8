// SPDX-License-Identifier: Apache-2.0
// What the configuration leaves open, and the environment or a profile may say: region, endpoints,
// retries. Each setting is looked for in that order: ours, AWS_…, the profile.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "livesonic/aws/client_settings.h"
#include "livesonic/aws/environment.h"
#include "livesonic/aws/profiles.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

// What our own configuration says of how AWS is asked; what is empty is left open.
struct Preferences {
  std::string region = {};
  // As in EndpointOptions; these go before all that the environment and the profile say.
  std::string endpoint_url = {};
  std::map<std::string, std::string, std::less<>> endpoint_urls = {};
  std::optional<bool> fips = {};
  std::optional<bool> dual_stack = {};
  std::optional<RetryMode> retry_mode = {};
  std::optional<int> max_attempts = {};  // 1..100
};

// With everything decided and checked. kInvalidInput names the setting that is wrong, or missing:
// the region.
Result<ClientSettings> decide(const Preferences& ours, const Environment& environment,
                              const SharedConfig& shared, const Profile& profile);

}  // namespace livesonic::aws
