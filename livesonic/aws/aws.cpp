// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/aws.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "livesonic/aws/credential_chain.h"
#include "livesonic/aws/curl_transport.h"
#include "livesonic/aws/renewing_credentials.h"
#include "livesonic/base/text.h"

namespace livesonic::aws {
namespace {

Credentials keys_of(const AccountSettings& account) {
  return {.access_key_id = account.access_key_id,
          .secret_access_key = account.secret_access_key,
          .session_token = account.session_token,
          .expires_at = {}};
}

bool has_keys(const AccountSettings& account) {
  return !account.access_key_id.empty() || !account.secret_access_key.empty() ||
         !account.session_token.empty();
}

// What all accounts share.
struct Common {
  Common(const ProxySettings& proxy, Environment environment_, const Clock& clock_)
      : environment(std::move(environment_)),
        clock(clock_),
        transport({.url = proxy.url, .no = proxy.no}) {}

  const Environment environment;
  const Clock& clock;
  CurlTransport transport;
  Statistics statistics;
  ServiceStates states;
};

// An account in a region: libcurl below, the services above.
class RegionalAccount final : public Account {
 public:
  RegionalAccount(ClientSettings settings, CredentialSource& credentials, Common& common)
      : client_(std::move(settings), {.transport = common.transport,
                                      .credentials = &credentials,
                                      .clock = common.clock,
                                      .statistics = &common.statistics,
                                      .states = &common.states}),
        elb_(client_),
        elbv2_(client_),
        autoscaling_(client_),
        ec2_(client_),
        ec2_spot_(client_),
        ec2_launch_(client_),
        ecs_(client_),
        route53_(client_),
        route53_domains_(client_),
        sts_(client_),
        sns_(client_),
        ssm_(client_),
        sqs_(client_),
        pricing_(client_),
        cloudwatch_(client_) {}

  [[nodiscard]] const std::string& name() const override { return client_.settings().account; }
  [[nodiscard]] const std::string& region() const override { return client_.region(); }
  [[nodiscard]] const Client& client() const override { return client_; }
  [[nodiscard]] const Elb& elb() const override { return elb_; }
  [[nodiscard]] const ElbV2& elbv2() const override { return elbv2_; }
  [[nodiscard]] const AutoScaling& autoscaling() const override { return autoscaling_; }
  [[nodiscard]] const Ec2& ec2() const override { return ec2_; }
  [[nodiscard]] const Ec2Spot& ec2_spot() const override { return ec2_spot_; }
  [[nodiscard]] const Ec2Launch& ec2_launch() const override { return ec2_launch_; }
  [[nodiscard]] const Ecs& ecs() const override { return ecs_; }
  [[nodiscard]] const Route53& route53() const override { return route53_; }
  [[nodiscard]] const Route53Domains& route53_domains() const override { return route53_domains_; }
  [[nodiscard]] const Sts& sts() const override { return sts_; }
  [[nodiscard]] const Sns& sns() const override { return sns_; }
  [[nodiscard]] const Ssm& ssm() const override { return ssm_; }
  [[nodiscard]] const Sqs& sqs() const override { return sqs_; }
  [[nodiscard]] const Pricing& pricing() const override { return pricing_; }
  [[nodiscard]] const CloudWatch& cloudwatch() const override { return cloudwatch_; }

 private:
  Client client_;
  Elb elb_;
  ElbV2 elbv2_;
  AutoScaling autoscaling_;
  Ec2 ec2_;
  Ec2Spot ec2_spot_;
  Ec2Launch ec2_launch_;
  Ecs ecs_;
  Route53 route53_;
  Route53Domains route53_domains_;
  Sts sts_;
  Sns sns_;
  Ssm ssm_;
  Sqs sqs_;
  Pricing pricing_;
  CloudWatch cloudwatch_;
};

// The credentials of an account: its own, or those of a role assumed with them, or with another
// account's.
class Identity {
 public:
  // `lender` has the credentials where `account` has none of its own; may be null.
  Identity(const AccountSettings& account, const ClientSettings& settings, Common& common,
           Identity* lender)
      : settings_(settings), common_(common), profile_(account.profile) {
    const bool borrows = lender != nullptr && !has_keys(account) && account.profile.empty();
    if (!borrows) own_ = own_credentials(account);
    if (account.role.arn.empty()) {
      source_ = borrows ? lender->source_ : own_.get();
      return;
    }
    CredentialSource& base = borrows ? *lender->own_ : *own_;
    sts_client_ = std::make_unique<Client>(settings_, ClientParts{.transport = common.transport,
                                                                  .credentials = &base,
                                                                  .clock = common.clock,
                                                                  .statistics = &common.statistics,
                                                                  .states = &common.states});
    role_ = std::make_unique<RenewingCredentials>(
        account.name,
        [sts = Sts(*sts_client_), role = account.role](const std::stop_token& stop) {
          return sts.assume_role(role, stop);
        },
        common.clock);
    source_ = role_.get();
  }
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

  [[nodiscard]] CredentialSource& source() const { return *source_; }
  [[nodiscard]] const ClientSettings& settings() const { return settings_; }

 private:
  std::unique_ptr<CredentialSource> own_credentials(const AccountSettings& account) {
    if (has_keys(account)) return std::make_unique<StaticCredentials>(keys_of(account));
    return std::make_unique<RenewingCredentials>(
        account.name,
        [this](const std::stop_token& stop) {
          return look_for_credentials(profile_,
                                      {.environment = common_.environment,
                                       .transport = common_.transport,
                                       .clock = common_.clock,
                                       .statistics = &common_.statistics,
                                       .states = &common_.states,
                                       .settings = settings_},
                                      stop);
        },
        common_.clock);
  }

  const ClientSettings settings_;  // of the account's own region
  Common& common_;
  const std::string profile_;
  std::unique_ptr<CredentialSource> own_;  // null: borrowed
  std::unique_ptr<Client> sts_client_;     // for the role
  std::unique_ptr<CredentialSource> role_;
  CredentialSource* source_ = nullptr;
};

class OpenAccounts final : public Accounts {
 public:
  OpenAccounts(const Settings& settings, const std::vector<ClientSettings>& decided,
               const Environment& environment, const Clock& clock)
      : common_(settings.proxy, environment, clock) {
    add(settings.account, decided.front(), nullptr);
    Identity* const first = identities_.begin()->second.get();
    for (std::size_t i = 0; i < settings.further.size(); ++i) {
      add(settings.further[i], decided[i + 1], first);
    }
  }

  Result<const Account*> find(std::string_view name, std::string_view region) override {
    const auto identity = identities_.find(name.empty() ? std::string_view(names_.front()) : name);
    if (identity == identities_.end()) {
      return fail(ErrorKind::kNotFound,
                  fmt::format("there is no AWS account called '{}' in the configuration",
                              shorten(printable(name), 100)));
    }
    ClientSettings settings = identity->second->settings();
    if (!region.empty()) {
      if (Result<void> checked = check_region(region); !checked) return fail(checked.error());
      settings.region = region;
    }
    std::pair<std::string, std::string> key(settings.account, settings.region);
    const std::lock_guard lock(mutex_);
    std::unique_ptr<RegionalAccount>& account = accounts_[std::move(key)];
    if (account == nullptr) {
      account = std::make_unique<RegionalAccount>(std::move(settings), identity->second->source(),
                                                  common_);
    }
    return account.get();
  }

  [[nodiscard]] std::vector<std::string> names() const override { return names_; }

  [[nodiscard]] std::vector<std::pair<OperationKey, OperationCounts>> statistics() const override {
    return common_.statistics.snapshot();
  }

 private:
  void add(const AccountSettings& account, const ClientSettings& decided, Identity* lender) {
    names_.push_back(account.name);
    identities_.emplace(account.name,
                        std::make_unique<Identity>(account, decided, common_, lender));
  }

  Common common_;
  std::vector<std::string> names_;
  std::map<std::string, std::unique_ptr<Identity>, std::less<>> identities_;
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<RegionalAccount>> accounts_;
};

Result<void> check_identity(const AccountSettings& account, std::string_view where) {
  if (has_keys(account)) {
    if (Result<void> checked = check_credentials(keys_of(account), where); !checked) {
      return checked;
    }
  }
  return account.role.arn.empty() ? Result<void>{} : check_role(account.role, where);
}

// What the account's profile and the environment add to what the configuration says.
Result<ClientSettings> decide_for(const AccountSettings& account, const Preferences& preferences,
                                  const Environment& environment, const SharedConfig& shared) {
  const std::string where = account.name == "default"
                                ? std::string("the configuration's aws section")
                                : fmt::format("the configuration's AWS account '{}'", account.name);
  if (Result<void> checked = check_identity(account, where); !checked) {
    return fail(checked.error());
  }
  Profile profile;
  if (!has_keys(account) || !account.profile.empty()) {
    auto selected = select_profile(shared, account.profile, environment);
    if (!selected) return fail(selected.error());
    profile = std::move(selected->settings);
  }
  Result<ClientSettings> decided = decide(preferences, environment, shared, profile);
  if (decided) decided->account = account.name;
  return decided;
}

// That of a further account which names none itself: its own profile's, else the first account's.
std::string region_for(const AccountSettings& account, const SharedConfig& shared,
                       const std::string& first) {
  if (!account.region.empty()) return account.region;
  const auto profile = shared.sections.profiles.find(account.profile);
  const std::string of_profile =
      profile == shared.sections.profiles.end() ? "" : setting(profile->second, "region");
  return of_profile.empty() ? first : of_profile;
}

// The files are nobody's business where all keys are in our own configuration.
bool needs_shared_config(const Settings& settings) {
  const auto has_no_keys = [](const AccountSettings& account) { return !has_keys(account); };
  return has_no_keys(settings.account) || settings.account.region.empty() ||
         std::ranges::any_of(settings.further, has_no_keys);
}

}  // namespace

Result<std::unique_ptr<Accounts>> open_accounts(const Settings& settings,
                                                const Environment& environment,
                                                const Clock& clock) {
  SharedConfig shared;
  if (needs_shared_config(settings)) {
    Result<SharedConfig> loaded = load_shared_config(environment);
    if (!loaded) return fail(loaded.error());
    shared = std::move(*loaded);
  }
  std::vector<ClientSettings> decided;
  std::set<std::string, std::less<>> names;
  const auto decide_one = [&](const AccountSettings& account, std::string region) -> Result<void> {
    if (!names.insert(account.name).second) {
      return fail(ErrorKind::kInvalidInput,
                  fmt::format("two AWS accounts are called '{}'", account.name));
    }
    Preferences preferences = settings.preferences;
    preferences.region = std::move(region);
    auto one = decide_for(account, preferences, environment, shared);
    if (!one) return fail(one.error());
    decided.push_back(std::move(*one));
    return {};
  };
  if (Result<void> done = decide_one(settings.account, settings.account.region); !done) {
    return fail(done.error());
  }
  for (const AccountSettings& account : settings.further) {
    Result<void> done = decide_one(account, region_for(account, shared, decided.front().region));
    if (!done) return fail(done.error());
  }
  return std::make_unique<OpenAccounts>(settings, decided, environment, clock);
}

}  // namespace livesonic::aws
