// SPDX-License-Identifier: Apache-2.0
// Registered domains (Amazon Route 53 Domains, API version 2014-05-15).
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic::aws {

class Client;

// The only region that has this service, for all of an account's domains.
inline constexpr const char* kRoute53DomainsRegion = "us-east-1";

struct RegisteredDomain {
  std::string name;  // without a final dot
  bool auto_renew = false;
  bool transfer_lock = false;
  std::optional<Time> expires_at;
  friend bool operator==(const RegisteredDomain&, const RegisteredDomain&) = default;
};

// Thread-safe. Borrows the client, which must be of kRoute53DomainsRegion. An answer is whole or an
// error, never a part of a list.
class Route53Domains {
 public:
  explicit Route53Domains(const Client& client) : client_(&client) {}

  // All that are registered through the account. kInvalidInput in any other region.
  Result<std::vector<RegisteredDomain>> list_domains(const std::stop_token& stop = {}) const;

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
