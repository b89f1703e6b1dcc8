// SPDX-License-Identifier: Apache-2.0
// Hosted zones (Amazon Route 53, API version 2013-04-01).
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/base/result.h"

namespace livesonic::aws {

class Client;

struct HostedZone {
  std::string id;    // "Z0123…", without "/hostedzone/"
  std::string name;  // with its final dot and Route 53's own escapes ("\052.example.com.")
  std::string caller_reference;
  std::string comment;
  bool private_zone = false;
  std::int64_t record_count = 0;
  friend bool operator==(const HostedZone&, const HostedZone&) = default;
};

// Thread-safe. Borrows the client. An answer is whole or an error, never a part of a list.
class Route53 {
 public:
  explicit Route53(const Client& client) : client_(&client) {}

  // All zones of the account, public and private.
  Result<std::vector<HostedZone>> list_hosted_zones(const std::stop_token& stop = {}) const;

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
