// SPDX-License-Identifier: Apache-2.0
#include "livesonic/domains/route53_source.h"

#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::domains {

Result<std::vector<Domain>> Route53Source::zones(const std::stop_token& stop) {
  const auto listed = zones_.list_hosted_zones(stop);
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
    domain.account = account_;
    domains.push_back(std::move(domain));
  }
  return domains;
}

Result<std::map<std::string, Tags>> Route53Source::tags(const std::vector<std::string>& zone_ids,
                                                        const std::stop_token& stop) {
  const auto listed = zones_.list_tags(zone_ids, stop);
  if (!listed) return fail(listed.error());
  std::map<std::string, Tags> tags;
  for (const auto& [zone, of_zone] : *listed) {
    for (const auto& [key, value] : of_zone) tags[zone][to_valid_utf8(key)] = to_valid_utf8(value);
  }
  return tags;
}

Result<std::vector<Record>> Route53Source::records(const std::string& zone_id,
                                                   const std::stop_token& stop) {
  auto listed = zones_.list_record_sets(zone_id, stop);
  if (!listed) return fail(listed.error());
  std::vector<Record> records;
  records.reserve(listed->size());
  for (aws::RecordSet& set : *listed) {
    records.push_back({std::move(set.name), std::move(set.type),
                       set.alias ? std::move(set.alias->dns_name) : std::string(),
                       std::move(set.values)});
  }
  return records;
}

Result<std::vector<RegisteredDomain>> Route53Source::registered_domains(
    const std::stop_token& stop) {
  const auto listed = registrations_.list_domains(stop);
  if (!listed) return fail(listed.error());
  std::vector<RegisteredDomain> domains;
  domains.reserve(listed->size());
  for (const aws::RegisteredDomain& one : *listed) {
    RegisteredDomain domain;
    domain.name = to_valid_utf8(one.name);
    domain.account = account_;
    domain.auto_renew = one.auto_renew;
    domain.expires_at = one.expires_at;
    domains.push_back(std::move(domain));
  }
  return domains;
}

}  // namespace livesonic::domains
