// SPDX-License-Identifier: Apache-2.0
// Which clusters the records of a zone lead to. Pure functions, and the interface through which the
// balancers of the clusters are learned.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/domains/zone_source.h"
#include "livesonic/model/domain.h"

namespace livesonic::domains {

// A load balancer that a registered cluster stands behind.
struct Balancer {
  std::string cluster;
  std::string dns_name;  // "web-1234567890.ap-northeast-1.elb.amazonaws.com"
};

// Thread-safe. A call ends soon after a stop is requested, with kUnavailable.
class Balancers {
 public:
  virtual ~Balancers() = default;
  // Of all registered clusters that have one.
  virtual Result<std::vector<Balancer>> balancers(const std::stop_token& stop) = 0;
};

// Two DNS names are the same balancer's when these are equal: in lower case, without a final dot
// and without the "dualstack." that the AWS console puts in front.
std::string plain_name(std::string_view dns_name);

// Is it the DNS name of an AWS load balancer, of whatever kind and partition?
bool is_balancer_name(std::string_view dns_name);

// What a zone's records say of it: whether its apex has an address, and its aliases, which are
// those records that lead to a load balancer, in the order of their names. Clusters are unset.
void read_records(const std::vector<Record>& records, Domain& zone);

// Sets the clusters of each alias.
void resolve(std::vector<DomainAlias>& aliases, const std::vector<Balancer>& balancers);

}  // namespace livesonic::domains
