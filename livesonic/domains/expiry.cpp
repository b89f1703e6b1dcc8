// SPDX-License-Identifier: Apache-2.0
#include "livesonic/domains/expiry.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"

namespace livesonic::domains {
namespace {

std::string day(Time time) {
  return to_iso8601(time).substr(0, 10);
}

std::string when(Time expires, Time now) {
  return fmt::format("{} on {}", expires <= now ? "expired" : "expires", day(expires));
}

}  // namespace

std::string apex_host(const Domain& domain) {
  if (domain.private_zone || domain.gone_at || !domain.apex_has_address) return {};
  std::string host = domain.name;
  if (host.ends_with('.')) host.pop_back();
  // Names that need escapes are no names of hosts.
  const bool fits =
      !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
      });
  return fits ? host : std::string();
}

std::vector<Finding> expiring(const std::vector<Domain>& domains,
                              const std::vector<RegisteredDomain>& registered,
                              const std::vector<ServedCertificate>& certificates,
                              const Thresholds& thresholds, Time now) {
  std::vector<Finding> findings;
  for (const RegisteredDomain& domain : registered) {
    if (domain.gone_at || !domain.expires_at || thresholds.registration <= Duration::zero() ||
        *domain.expires_at - now > thresholds.registration) {
      continue;
    }
    Finding finding;
    finding.cause = domain_cause(domain.name);
    finding.subject = domain.name;
    finding.summary = fmt::format("{}: the domain's registration {}", printable(domain.name),
                                  when(*domain.expires_at, now));
    finding.detail = fmt::format("at {}; auto-renew is {}; registered in account {}",
                                 to_iso8601(*domain.expires_at), domain.auto_renew ? "on" : "off",
                                 domain.account);
    findings.push_back(std::move(finding));
  }
  std::set<std::string> asked;
  for (const Domain& domain : domains) {
    if (const std::string host = apex_host(domain); !host.empty()) asked.insert(host);
  }
  for (const ServedCertificate& certificate : certificates) {
    if (!asked.contains(certificate.host) || !certificate.expires_at || !certificate.seen_at ||
        now - *certificate.seen_at > kCertificateMemory ||
        thresholds.certificate <= Duration::zero() ||
        *certificate.expires_at - now > thresholds.certificate) {
      continue;
    }
    Finding finding;
    finding.cause = certificate_cause(certificate.host);
    finding.subject = certificate.host;
    finding.summary =
        fmt::format("{}: the certificate {}", certificate.host, when(*certificate.expires_at, now));
    finding.detail = fmt::format("at {}; issued by {}", to_iso8601(*certificate.expires_at),
                                 certificate.issuer.empty() ? "?" : certificate.issuer);
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace livesonic::domains
