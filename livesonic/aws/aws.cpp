// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/aws.h"

#include <utility>

#include "livesonic/aws/client.h"
#include "livesonic/aws/credential_chain.h"
#include "livesonic/aws/curl_transport.h"
#include "livesonic/aws/endpoint.h"
#include "livesonic/aws/profiles.h"

namespace livesonic::aws {
namespace {

// The real thing: libcurl below, the three services above.
class CurlAccount final : public Account {
 public:
  CurlAccount(const Settings& settings, std::string region, const Environment& environment,
              const Clock& clock)
      : credentials_(make_credentials(settings, environment, transport_, clock)),
        client_(std::move(region), settings.endpoint_url,
                {.transport = transport_, .credentials = *credentials_, .clock = clock}),
        elb_(client_),
        ec2_(client_),
        route53_(client_) {}

  [[nodiscard]] const std::string& region() const override { return client_.region(); }
  [[nodiscard]] const Elb& elb() const override { return elb_; }
  [[nodiscard]] const Ec2& ec2() const override { return ec2_; }
  [[nodiscard]] const Route53& route53() const override { return route53_; }

 private:
  static std::unique_ptr<CredentialSource> make_credentials(const Settings& settings,
                                                            const Environment& environment,
                                                            Transport& transport,
                                                            const Clock& clock) {
    if (settings.access_key_id.empty()) {
      return std::make_unique<CredentialChain>(settings.profile, environment, transport, clock);
    }
    return std::make_unique<StaticCredentials>(
        Credentials{.access_key_id = settings.access_key_id,
                    .secret_access_key = settings.secret_access_key,
                    .session_token = settings.session_token,
                    .expires_at = {}});
  }

  CurlTransport transport_;
  std::unique_ptr<CredentialSource> credentials_;
  Client client_;
  Elb elb_;
  Ec2 ec2_;
  Route53 route53_;
};

Result<std::string> find_region(const Settings& settings, const Environment& environment) {
  if (!settings.region.empty()) return settings.region;
  for (const char* variable : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (const auto set = environment(variable); set && !set->empty()) return *set;
  }
  const Result<SelectedProfile> profile = load_profile(settings.profile, environment);
  if (!profile) return fail(profile.error());
  const auto found = profile->settings.find("region");
  if (found != profile->settings.end() && !found->second.empty()) return found->second;
  return fail(ErrorKind::kInvalidInput,
              "no AWS region: set aws.region in the configuration, or AWS_REGION, or the region of "
              "the profile in " +
                  profile->looked_in);
}

}  // namespace

Result<std::unique_ptr<Account>> open_account(const Settings& settings,
                                              const Environment& environment, const Clock& clock) {
  if (!settings.access_key_id.empty() || !settings.secret_access_key.empty() ||
      !settings.session_token.empty()) {
    const Credentials given{.access_key_id = settings.access_key_id,
                            .secret_access_key = settings.secret_access_key,
                            .session_token = settings.session_token,
                            .expires_at = {}};
    const Result<void> checked = check_credentials(given, "the configuration's aws section");
    if (!checked) return fail(checked.error());
  }
  if (!settings.endpoint_url.empty()) {
    const Result<void> checked = check_endpoint_url(settings.endpoint_url);
    if (!checked) return fail(checked.error());
  }
  Result<std::string> region = find_region(settings, environment);
  if (!region) return fail(region.error());
  const Result<void> checked = check_region(*region);
  if (!checked) return fail(checked.error());
  return std::make_unique<CurlAccount>(settings, std::move(*region), environment, clock);
}

}  // namespace livesonic::aws
