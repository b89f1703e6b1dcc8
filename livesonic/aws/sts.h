// SPDX-License-Identifier: Apache-2.0
// AWS STS: temporary credentials for a role, and who we are.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "livesonic/aws/credentials.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

class Client;

// A role to act as.
struct Role {
  std::string arn;                // "arn:aws:iam::123456789012:role/monitor"
  std::string external_id = {};   // empty: none
  std::string session_name = {};  // in AWS's logs; empty: "livesonic"
  Duration duration{};            // zero: as long as AWS gives, an hour
};

// kInvalidInput unless AWS can take the role as it is; `where` names its origin for the error.
Result<void> check_role(const Role& role, std::string_view where);

struct CallerIdentity {
  std::string account;  // twelve digits
  std::string arn;
  std::string user_id;
};

// Thread-safe; borrows the client.
class Sts {
 public:
  explicit Sts(const Client& client) : client_(&client) {}

  // Signed with the client's credentials, which the role must trust.
  Result<Credentials> assume_role(const Role& role, const std::stop_token& stop = {}) const;

  // Not signed: the token, of an OpenID Connect provider that the role trusts, is proof enough.
  Result<Credentials> assume_role_with_web_identity(const Role& role, const Secret& token,
                                                    const std::stop_token& stop = {}) const;

  Result<CallerIdentity> get_caller_identity(const std::stop_token& stop = {}) const;

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
