// SPDX-License-Identifier: Apache-2.0
// Zones from Route 53.
#pragma once

#include <vector>

#include "livesonic/aws/route53.h"
#include "livesonic/domains/zone_source.h"

namespace livesonic::domains {

// Thread-safe; borrows the service of an aws::Account.
class Route53Source final : public ZoneSource {
 public:
  explicit Route53Source(const aws::Route53& route53) : route53_(route53) {}
  Result<std::vector<Domain>> zones(const std::stop_token& stop) override;

 private:
  const aws::Route53& route53_;
};

}  // namespace livesonic::domains
