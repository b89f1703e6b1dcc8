// SPDX-License-Identifier: Apache-2.0
// Zones, records and registered names of one account, from Route 53.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "livesonic/aws/route53.h"
#include "livesonic/aws/route53domains.h"
#include "livesonic/domains/zone_source.h"

namespace livesonic::domains {

// Thread-safe; borrows the services' client.
class Route53Source final : public ZoneSource {
 public:
  // `account` is what the configuration calls it.
  Route53Source(std::string account, const aws::Route53& zones,
                const aws::Route53Domains& registrations)
      : account_(std::move(account)), zones_(zones), registrations_(registrations) {}
  [[nodiscard]] const std::string& account() const override { return account_; }
  Result<std::vector<Domain>> zones(const std::stop_token& stop) override;
  Result<std::map<std::string, Tags>> tags(const std::vector<std::string>& zone_ids,
                                           const std::stop_token& stop) override;
  Result<std::vector<Record>> records(const std::string& zone_id,
                                      const std::stop_token& stop) override;
  Result<std::vector<RegisteredDomain>> registered_domains(const std::stop_token& stop) override;

 private:
  const std::string account_;
  const aws::Route53 zones_;
  const aws::Route53Domains registrations_;
};

}  // namespace livesonic::domains
