// SPDX-License-Identifier: Apache-2.0
#include "livesonic/domains/route53_source.h"

#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::domains {

Result<std::vector<Domain>> Route53Source::zones(const std::stop_token& stop) {
  const auto listed = route53_.list_hosted_zones(stop);
  if (!listed) return fail(listed.error());
  std::vector<Domain> domains;
  domains.reserve(listed->size());
  for (const aws::HostedZone& zone : *listed) {
    Domain domain;
    domain.zone_id = zone.id;
    domain.name = to_valid_utf8(zone.name);
    domain.caller_reference = to_valid_utf8(zone.caller_reference);
    domain.comment = to_valid_utf8(zone.comment);
    domain.private_zone = zone.private_zone;
    domain.record_count = zone.record_count;
    domains.push_back(std::move(domain));
  }
  return domains;
}

}  // namespace livesonic::domains
