// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/credential_chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "livesonic/aws/metadata.h"
#include "livesonic/aws/profiles.h"
#include "livesonic/base/log.h"
#include "livesonic/base/text.h"

namespace livesonic::aws {
namespace {

constexpr Duration kRenewBefore = std::chrono::minutes{5};
constexpr Duration kLookAtFilesEvery = std::chrono::minutes{5};
constexpr Duration kTryAgainAfter = std::chrono::minutes{1};

// Five minutes before they expire, or half-way when that is sooner; never at once, since a metadata
// service in trouble may hand out expired credentials, which AWS then accepts.
Time when_to_look_again(const Credentials& credentials, Time now) {
  if (!credentials.expires_at) return now + kLookAtFilesEvery;
  const Duration left = *credentials.expires_at - now;
  return now + std::max({left - kRenewBefore, std::min(left / 2, kRenewBefore), kTryAgainAfter});
}

std::string value_of(const Profile& profile, const std::string& name) {
  const auto found = profile.find(name);
  return found == profile.end() ? std::string() : found->second;
}

}  // namespace

CredentialChain::CredentialChain(std::string profile, Environment environment, Transport& transport,
                                 const Clock& clock)
    : profile_(std::move(profile)),
      environment_(std::move(environment)),
      transport_(transport),
      clock_(clock) {}

bool CredentialChain::usable(Time now) const {
  return found_ && (!found_->expires_at || now < *found_->expires_at || now < look_again_);
}

Result<Credentials> CredentialChain::get(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [&] { return !looking_ || usable(clock_.now()); });
  if (usable(clock_.now()) && (looking_ || clock_.now() < look_again_)) return *found_;
  if (stop.stop_requested()) return fail(ErrorKind::kUnavailable, "stopped");

  looking_ = true;
  lock.unlock();
  Result<Credentials> result = look(stop);
  lock.lock();
  looking_ = false;
  changed_.notify_all();
  const Time now = clock_.now();
  if (result) {
    found_ = *result;
    look_again_ = when_to_look_again(*result, now);
    return result;
  }
  if (!usable(now)) return result;
  look_again_ = now + kTryAgainAfter;
  log::warning("AWS credentials can't be renewed, going on with those there are: {}",
               result.error().message);
  return *found_;
}

void CredentialChain::reject(const Credentials& credentials) {
  const std::lock_guard lock(mutex_);
  if (found_ == credentials) found_.reset();
}

Result<Credentials> CredentialChain::look(const std::stop_token& stop) const {
  if (profile_.empty()) {
    Result<std::optional<Credentials>> found = look_in_environment();
    if (!found) return fail(found.error());
    if (*found) return std::move(**found);
  }
  std::string looked_in;
  Result<std::optional<Credentials>> found = look_in_profile(looked_in);
  if (!found) return fail(found.error());
  if (*found) return std::move(**found);

  const Result<std::optional<ContainerEndpoint>> container = container_endpoint(environment_);
  if (!container) return fail(container.error());
  if (*container) {
    Result<Credentials> role = container_credentials(**container, transport_, stop);
    if (role) return role;
    return fail(role.error().context("the container's credentials"));
  }
  return look_at_instance(looked_in, stop);
}

Result<std::optional<Credentials>> CredentialChain::look_in_environment() const {
  Credentials credentials{
      .access_key_id = environment_("AWS_ACCESS_KEY_ID").value_or(""),
      .secret_access_key = Secret(environment_("AWS_SECRET_ACCESS_KEY").value_or("")),
      .session_token = Secret(environment_("AWS_SESSION_TOKEN").value_or("")),
      .expires_at = {}};
  if (!credentials.access_key_id.empty() || !credentials.secret_access_key.empty()) {
    return check_credentials(credentials, "the environment (AWS_ACCESS_KEY_ID, …)").map([&] {
      return std::optional(std::move(credentials));
    });
  }
  // To go on to the instance's role would be to act as somebody else than was meant.
  if (const auto file = environment_("AWS_WEB_IDENTITY_TOKEN_FILE"); file && !file->empty()) {
    return fail(ErrorKind::kInvalidInput,
                "AWS_WEB_IDENTITY_TOKEN_FILE is set, but web identities are not supported; give "
                "access keys or a profile, or use EKS Pod Identity");
  }
  return std::nullopt;
}

Result<std::optional<Credentials>> CredentialChain::look_in_profile(std::string& looked_in) const {
  const Result<SelectedProfile> profile = load_profile(profile_, environment_);
  if (!profile) return fail(profile.error());
  looked_in = profile->looked_in;
  Credentials credentials{
      .access_key_id = value_of(profile->settings, "aws_access_key_id"),
      .secret_access_key = Secret(value_of(profile->settings, "aws_secret_access_key")),
      .session_token = Secret(value_of(profile->settings, "aws_session_token")),
      .expires_at = {}};
  const std::string name = printable(profile->name);
  if (!credentials.access_key_id.empty() || !credentials.secret_access_key.empty()) {
    return check_credentials(credentials, fmt::format("the profile '{}'", name)).map([&] {
      return std::optional(std::move(credentials));
    });
  }
  for (const char* other : {"role_arn", "credential_process", "sso_session", "sso_start_url"}) {
    if (!profile->settings.contains(other)) continue;
    return fail(
        ErrorKind::kInvalidInput,
        fmt::format("the profile '{}' uses {}, which is not supported; give it access keys, "
                    "or export temporary ones into the environment",
                    name, other));
  }
  return std::nullopt;
}

Result<Credentials> CredentialChain::look_at_instance(const std::string& looked_in,
                                                      const std::stop_token& stop) const {
  std::string instance = "AWS_EC2_METADATA_DISABLED keeps from asking for the instance's role";
  if (environment_("AWS_EC2_METADATA_DISABLED").value_or("") != "true") {
    std::string url = environment_("AWS_EC2_METADATA_SERVICE_ENDPOINT").value_or("");
    if (url.empty()) url = "http://169.254.169.254";
    while (url.ends_with('/')) url.pop_back();
    Result<Credentials> role = instance_credentials(url, transport_, stop);
    if (role) return role;
    instance = "no role of this instance (" + role.error().message + ")";
  }
  return fail(
      ErrorKind::kPermission,
      fmt::format("no AWS credentials found: none in the configuration "
                  "(aws.access_key_id), {}no keys of the profile in {}, no container's role "
                  "(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI), {}",
                  profile_.empty() ? "none in the environment (AWS_ACCESS_KEY_ID), " : "",
                  looked_in, instance));
}

}  // namespace livesonic::aws
