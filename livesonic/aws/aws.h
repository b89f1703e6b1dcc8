// SPDX-License-Identifier: Apache-2.0
// An AWS account in one region, ready to be asked: what the composition root builds and the feature
// rooms use.
#pragma once

#include <memory>
#include <string>

#include "livesonic/aws/ec2.h"
#include "livesonic/aws/elb.h"
#include "livesonic/aws/environment.h"
#include "livesonic/aws/route53.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/base/secret.h"

namespace livesonic::aws {

struct Settings {
  std::string region;  // empty: AWS_REGION, AWS_DEFAULT_REGION, then the profile's
  // Both or neither; neither: the default credential chain (see credentials.h).
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;
  std::string profile;       // empty: AWS_PROFILE, else "default"
  std::string endpoint_url;  // empty: AWS's own endpoints; else where every request goes
};

// Thread-safe. Owns the connections, the cached credentials and the retry budget; the services
// borrow from it.
class Account {
 public:
  virtual ~Account() = default;
  [[nodiscard]] virtual const std::string& region() const = 0;
  [[nodiscard]] virtual const Elb& elb() const = 0;
  [[nodiscard]] virtual const Ec2& ec2() const = 0;
  [[nodiscard]] virtual const Route53& route53() const = 0;
};

// Validates the settings and finds the region; makes no request, and credentials are looked for at
// the first call. Fails with kInvalidInput, naming the setting and the remedy. `clock` must outlive
// the account.
Result<std::unique_ptr<Account>> open_account(const Settings& settings,
                                              const Environment& environment, const Clock& clock);

}  // namespace livesonic::aws
