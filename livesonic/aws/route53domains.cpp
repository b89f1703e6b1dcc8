// SPDX-License-Identifier: Apache-2.0
#include "livesonic/aws/route53domains.h"

#include <fmt/format.h>

#include <utility>

#include "livesonic/aws/json_calls.h"
#include "livesonic/aws/shapes.h"

namespace livesonic::aws {
namespace {

constexpr Service kRoute53Domains{.id = "route53domains",
                                  .api_version = {},
                                  .key = "route_53_domains",
                                  .json_target = "Route53Domains_v20140515"};
constexpr int kPageSize = 100;  // the largest

RegisteredDomain read_domain(const json::Value& value) {
  RegisteredDomain domain;
  domain.name = value.required_text("DomainName");
  if (!domain.name.empty() && !is_host_name(domain.name)) {
    value.complain("DomainName", fmt::format("'{}' is no domain name", domain.name));
  }
  domain.auto_renew = value.boolean("AutoRenew", false);
  domain.transfer_lock = value.boolean("TransferLock", false);
  domain.expires_at = value.time("Expiry");
  return domain;
}

}  // namespace

Result<std::vector<RegisteredDomain>> Route53Domains::list_domains(
    const std::stop_token& stop) const {
  constexpr const char* kOperation = "ListDomains";
  if (client_->region() != kRoute53DomainsRegion) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("{}: only {} can be asked for registered domains", kOperation,
                            kRoute53DomainsRegion));
  }
  std::vector<RegisteredDomain> domains;
  const auto asked = ask_pages(*client_,
                               {.service = kRoute53Domains,
                                .operation = kOperation,
                                .body = {{"MaxItems", kPageSize}},
                                .marker = "Marker",
                                .next_marker = "NextPageMarker"},
                               stop, [&](const json::Value& root) {
                                 for (const json::Value& one : root.required_list("Domains")) {
                                   domains.push_back(read_domain(one));
                                 }
                               });
  return asked.map([&] { return std::move(domains); });
}

}  // namespace livesonic::aws
