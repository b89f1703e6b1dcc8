// SPDX-License-Identifier: Apache-2.0
// AWS as the composition root builds it and the feature rooms use it: accounts, each in as many
// regions as are asked for.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "livesonic/aws/autoscaling.h"
#include "livesonic/aws/client.h"
#include "livesonic/aws/cloudwatch.h"
#include "livesonic/aws/ec2.h"
#include "livesonic/aws/ec2_launch.h"
#include "livesonic/aws/ec2_spot.h"
#include "livesonic/aws/ecs.h"
#include "livesonic/aws/elb.h"
#include "livesonic/aws/elbv2.h"
#include "livesonic/aws/environment.h"
#include "livesonic/aws/preferences.h"
#include "livesonic/aws/pricing.h"
#include "livesonic/aws/route53.h"
#include "livesonic/aws/route53domains.h"
#include "livesonic/aws/sns.h"
#include "livesonic/aws/sqs.h"
#include "livesonic/aws/ssm.h"
#include "livesonic/aws/statistics.h"
#include "livesonic/aws/sts.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/base/secret.h"

namespace livesonic::aws {

// Who we are in one account.
struct AccountSettings {
  std::string name = "default";
  std::string region;  // empty: that of the first account
  // Both keys or neither; neither: see credential_chain.h, or for accounts with a role, what the
  // first account has.
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;
  std::string profile;  // empty: AWS_PROFILE, else "default"
  Role role;            // with an ARN: to be assumed with the credentials above
};

// How AWS is reached, in all accounts.
struct ProxySettings {
  Secret url;      // may carry a password; empty: HTTPS_PROXY and its kind
  std::string no;  // host names and suffixes, separated by commas, that are reached without it
};

struct Settings {
  AccountSettings account;               // the first one
  std::vector<AccountSettings> further;  // names must differ
  Preferences preferences;               // its region is not used: each account has its own
  ProxySettings proxy;
};

// One account in one region. Thread-safe; the services borrow from it.
class Account {
 public:
  virtual ~Account() = default;
  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual const std::string& region() const = 0;
  [[nodiscard]] virtual const Client& client() const = 0;  // to build a service upon
  [[nodiscard]] virtual const Elb& elb() const = 0;
  [[nodiscard]] virtual const ElbV2& elbv2() const = 0;
  [[nodiscard]] virtual const AutoScaling& autoscaling() const = 0;
  [[nodiscard]] virtual const Ec2& ec2() const = 0;
  [[nodiscard]] virtual const Ec2Spot& ec2_spot() const = 0;
  [[nodiscard]] virtual const Ec2Launch& ec2_launch() const = 0;
  [[nodiscard]] virtual const Ecs& ecs() const = 0;
  [[nodiscard]] virtual const Route53& route53() const = 0;
  [[nodiscard]] virtual const Route53Domains& route53_domains() const = 0;
  [[nodiscard]] virtual const Sts& sts() const = 0;
  [[nodiscard]] virtual const Sns& sns() const = 0;
  [[nodiscard]] virtual const Ssm& ssm() const = 0;
  [[nodiscard]] virtual const Sqs& sqs() const = 0;
  [[nodiscard]] virtual const Pricing& pricing() const = 0;
  [[nodiscard]] virtual const CloudWatch& cloudwatch() const = 0;
};

// Thread-safe. Owns the connections, the cached credentials, the retry quotas and the counts.
class Accounts {
 public:
  virtual ~Accounts() = default;

  // The account called `name` (empty: the first) in `region` (empty: its own), made when it is
  // first asked for and good as long as this. kNotFound for an unknown account, kInvalidInput for a
  // region that is none.
  virtual Result<const Account*> find(std::string_view name, std::string_view region) = 0;

  [[nodiscard]] virtual std::vector<std::string> names() const = 0;  // the first one first

  // Of all calls of AWS's services so far, those of STS for credentials included; not of the SSO
  // portal's and the metadata services'.
  [[nodiscard]] virtual std::vector<std::pair<OperationKey, OperationCounts>> statistics()
      const = 0;
};

// Validates the settings and finds the regions; makes no request, and credentials are looked for at
// the first call. Fails with kInvalidInput, naming the setting and the remedy. `clock` must outlive
// the accounts.
Result<std::unique_ptr<Accounts>> open_accounts(const Settings& settings,
                                                const Environment& environment, const Clock& clock);

}  // namespace livesonic::aws
