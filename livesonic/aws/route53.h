// SPDX-License-Identifier: Apache-2.0
// Hosted zones and their records (Amazon Route 53, API version 2013-04-01). Registered domains are
// in route53domains.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/aws/tags.h"
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

// Where an alias leads.
struct AliasTarget {
  std::string zone_id;   // of the zone that `dns_name` is in: a balancer's canonical one
  std::string dns_name;  // with its final dot
  bool evaluate_target_health = false;
  friend bool operator==(const AliasTarget&, const AliasTarget&) = default;
};

struct RecordSet {
  std::string name;                      // as a zone's
  std::string type;                      // "A", "CNAME", …
  std::string set_identifier = {};       // of those that share name and type: weighted and the like
  std::optional<std::int64_t> ttl = {};  // seconds; empty for an alias
  std::vector<std::string> values = {};
  std::optional<AliasTarget> alias = {};
  friend bool operator==(const RecordSet&, const RecordSet&) = default;
};

// Thread-safe. Borrows the client. An answer is whole or an error, never a part of a list.
class Route53 {
 public:
  explicit Route53(const Client& client) : client_(&client) {}

  // All zones of the account, public and private.
  Result<std::vector<HostedZone>> list_hosted_zones(const std::stop_token& stop = {}) const;

  // By zone id, for those of `zone_ids`, each of which is in the answer; kNotFound when one doesn't
  // exist. Asks for 10 a call.
  Result<std::map<std::string, Tags>> list_tags(const std::vector<std::string>& zone_ids,
                                                const std::stop_token& stop = {}) const;

  // All of the zone; kNotFound when there is no such zone. Asks for 300 a call.
  Result<std::vector<RecordSet>> list_record_sets(const std::string& zone_id,
                                                  const std::stop_token& stop = {}) const;

 private:
  const Client* client_;
};

}  // namespace livesonic::aws
