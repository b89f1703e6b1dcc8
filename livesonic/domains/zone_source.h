// SPDX-License-Identifier: Apache-2.0
// Where zones, their records and registered names come from, as the inventory needs it.
#pragma once

#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/domain.h"

namespace livesonic::domains {

// As much of a record set as is asked for here.
struct Record {
  std::string name;          // with its final dot
  std::string type;          // "A", "CNAME", …
  std::string alias_target;  // of an alias record: the DNS name it stands for; else empty
  std::vector<std::string> values = {};
};

using Tags = std::map<std::string, std::string>;

// One account. Thread-safe. A call ends soon after a stop is requested, with kUnavailable. An
// answer is whole or an error, never a part of a list.
class ZoneSource {
 public:
  virtual ~ZoneSource() = default;
  // As the configuration calls the account.
  [[nodiscard]] virtual const std::string& account() const = 0;
  // All zones of the account. Times are unset, and so are tags and aliases.
  virtual Result<std::vector<Domain>> zones(const std::stop_token& stop) = 0;
  // By zone id; those without tags may be left out.
  virtual Result<std::map<std::string, Tags>> tags(const std::vector<std::string>& zone_ids,
                                                   const std::stop_token& stop) = 0;
  virtual Result<std::vector<Record>> records(const std::string& zone_id,
                                              const std::stop_token& stop) = 0;
  // The names registered with Route 53 Domains. Times of what we saw are unset.
  virtual Result<std::vector<RegisteredDomain>> registered_domains(const std::stop_token& stop) = 0;
};

}  // namespace livesonic::domains
