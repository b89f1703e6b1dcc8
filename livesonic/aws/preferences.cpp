// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/preferences.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::aws {
namespace {

constexpr int kMostAttempts = 100;

// The keys of the services that are asked here: see Service::key.
constexpr std::array<std::string_view, 16> kServiceKeys = {
    "auto_scaling",
    "cloudwatch",
    "ec2",
    "ec2_instance_connect",
    "ecs",
    "elastic_load_balancing",
    "elastic_load_balancing_v2",
    "eventbridge",
    "pricing",
    "route_53",
    "route_53_domains",
    "sns",
    "sqs",
    "ssm",
    "sso",
    "sts",
};

// One setting of the environment or the profile, and what it is called there.
struct Found {
  std::string value;  // empty: nowhere
  std::string where;
};

class Places {
 public:
  Places(const Environment& environment, const Profile& profile)
      : environment_(environment), profile_(profile) {}

  [[nodiscard]] Found find(std::initializer_list<const char*> variables,
                           const char* in_profile) const {
    for (const char* variable : variables) {
      const auto set = environment_(variable);
      if (set && !set->empty()) return {*set, variable};
    }
    return {setting(profile_, in_profile), fmt::format("the profile's {}", in_profile)};
  }

 private:
  const Environment& environment_;
  const Profile& profile_;
};

tl::unexpected<Error> refuse(const Found& found, std::string_view wanted) {
  return fail(ErrorKind::kInvalidInput, fmt::format("{} is '{}' and must be {}", found.where,
                                                    shorten(printable(found.value), 100), wanted));
}

std::string upper(std::string_view text) {
  std::string made(text);
  for (char& c : made) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return made;
}

Result<bool> decide_flag(std::optional<bool> ours, const Found& found) {
  if (ours) return *ours;
  const std::string value = upper(found.value);
  if (value.empty() || value == "FALSE") return false;
  if (value == "TRUE") return true;
  return refuse(found, "true or false");
}

Result<RetryMode> decide_retry_mode(std::optional<RetryMode> ours, const Found& found) {
  if (ours) return *ours;
  // What the SDKs call legacy is theirs alone; the standard mode is what replaces it.
  if (found.value.empty() || found.value == "standard" || found.value == "legacy") {
    return RetryMode::kStandard;
  }
  if (found.value == "adaptive") return RetryMode::kAdaptive;
  return refuse(found, "standard or adaptive");
}

Result<int> decide_attempts(std::optional<int> ours, const Found& found) {
  if (ours) return *ours;
  if (found.value.empty()) return kDefaultAttempts;
  int number = 0;
  const char* end = found.value.data() + found.value.size();
  const auto [stopped, error] = std::from_chars(found.value.data(), end, number);
  if (error == std::errc{} && stopped == end && number >= 1 && number <= kMostAttempts) {
    return number;
  }
  return refuse(found, fmt::format("a number from 1 to {}", kMostAttempts));
}

// Ours, else the environment's for the service, else the environment's for all, else the profile's
// for the service, else the profile's for all.
Result<void> decide_urls(const Preferences& ours, const Environment& environment,
                         const SharedConfig& shared, const Profile& profile,
                         EndpointOptions& options) {
  const Places places(environment, profile);
  options.url = ours.endpoint_url;
  options.service_urls = ours.endpoint_urls;
  for (const auto& [key, url] : options.service_urls) {
    if (Result<void> checked = check_endpoint_url(url); !checked) return checked;
  }
  if (!options.url.empty()) return check_endpoint_url(options.url);
  const Found ignored =
      places.find({"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"}, "ignore_configured_endpoint_urls");
  if (upper(ignored.value) == "TRUE") return {};

  const auto services = shared.sections.services.find(setting(profile, "services"));
  const std::string for_all = environment("AWS_ENDPOINT_URL").value_or("");
  for (const std::string_view key : kServiceKeys) {
    if (options.service_urls.contains(key)) continue;
    std::string url = environment("AWS_ENDPOINT_URL_" + upper(key)).value_or("");
    if (url.empty() && for_all.empty() && services != shared.sections.services.end()) {
      url = setting(services->second, std::string(key) + ".endpoint_url");
    }
    if (url.empty()) continue;
    if (Result<void> checked = check_endpoint_url(url); !checked) return checked;
    options.service_urls.emplace(key, std::move(url));
  }
  options.url = for_all.empty() ? setting(profile, "endpoint_url") : for_all;
  return options.url.empty() ? Result<void>{} : check_endpoint_url(options.url);
}

}  // namespace

Result<ClientSettings> decide(const Preferences& ours, const Environment& environment,
                              const SharedConfig& shared, const Profile& profile) {
  const Places places(environment, profile);
  ClientSettings settings;
  settings.region = ours.region.empty()
                        ? places.find({"AWS_REGION", "AWS_DEFAULT_REGION"}, "region").value
                        : ours.region;
  if (settings.region.empty()) {
    return fail(ErrorKind::kInvalidInput,
                "no AWS region: set aws.region in the configuration, or AWS_REGION, or the region "
                "of the profile in " +
                    shared.looked_in);
  }
  if (Result<void> checked = check_region(settings.region); !checked) {
    return fail(checked.error());
  }
  if (Result<void> read = decide_urls(ours, environment, shared, profile, settings.endpoints);
      !read) {
    return fail(read.error());
  }
  const Result<bool> fips =
      decide_flag(ours.fips, places.find({"AWS_USE_FIPS_ENDPOINT"}, "use_fips_endpoint"));
  if (!fips) return fail(fips.error());
  const Result<bool> dual_stack = decide_flag(
      ours.dual_stack, places.find({"AWS_USE_DUALSTACK_ENDPOINT"}, "use_dualstack_endpoint"));
  if (!dual_stack) return fail(dual_stack.error());
  const Result<RetryMode> mode =
      decide_retry_mode(ours.retry_mode, places.find({"AWS_RETRY_MODE"}, "retry_mode"));
  if (!mode) return fail(mode.error());
  const Result<int> attempts =
      decide_attempts(ours.max_attempts, places.find({"AWS_MAX_ATTEMPTS"}, "max_attempts"));
  if (!attempts) return fail(attempts.error());
  settings.endpoints.fips = *fips;
  settings.endpoints.dual_stack = *dual_stack;
  settings.retry_mode = *mode;
  settings.max_attempts = *attempts;
  return settings;
}

}  // namespace livesonic::aws
