// SPDX-License-Identifier: Apache-2.0
#include "livesonic/domains/aliases.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::domains {
namespace {

// Of one zone. A zone may have 10,000 records; nobody reads more names than these.
constexpr std::size_t kMostAliases = 1000;

// Route 53 writes a wildcard's star as its ASCII code in octal.
std::string shown_name(std::string_view name) {
  constexpr std::string_view kStar = "\\052";
  if (!name.starts_with(kStar)) return to_valid_utf8(name);
  return "*" + to_valid_utf8(name.substr(kStar.size()));
}

// Where the record leads, where it leads to another name.
std::string target_of(const Record& record) {
  if (!record.alias_target.empty()) return record.alias_target;
  if (record.type == "CNAME" && record.values.size() == 1) return record.values.front();
  return {};
}

}  // namespace

std::string plain_name(std::string_view dns_name) {
  constexpr std::string_view kDualStack = "dualstack.";
  std::string name(dns_name);
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (name.ends_with('.')) name.pop_back();
  if (name.starts_with(kDualStack)) name.erase(0, kDualStack.size());
  return name;
}

bool is_balancer_name(std::string_view dns_name) {
  const std::string name = plain_name(dns_name);
  return name.find(".elb.") != std::string::npos &&
         (name.ends_with(".amazonaws.com") || name.ends_with(".amazonaws.com.cn"));
}

void read_records(const std::vector<Record>& records, Domain& zone) {
  const std::string apex = plain_name(zone.name);
  zone.apex_has_address = false;
  zone.aliases.clear();
  std::set<std::tuple<std::string, std::string, std::string>> seen;
  for (const Record& record : records) {
    const bool address = record.type == "A" || record.type == "AAAA";
    zone.apex_has_address |= address && plain_name(record.name) == apex;
    std::string target = target_of(record);
    if (target.empty() || !is_balancer_name(target)) continue;
    if (!address && record.type != "CNAME") continue;
    // Weighted and latency records say the same more than once.
    if (!seen.emplace(record.name, record.type, target).second) continue;
    if (zone.aliases.size() == kMostAliases) continue;
    zone.aliases.push_back({shown_name(record.name), record.type, to_valid_utf8(target), {}});
  }
  std::sort(zone.aliases.begin(), zone.aliases.end(),
            [](const DomainAlias& a, const DomainAlias& b) {
              return std::tie(a.name, a.type, a.target) < std::tie(b.name, b.type, b.target);
            });
}

void resolve(std::vector<DomainAlias>& aliases, const std::vector<Balancer>& balancers) {
  std::map<std::string, std::set<std::string>> behind;
  for (const Balancer& balancer : balancers) {
    behind[plain_name(balancer.dns_name)].insert(balancer.cluster);
  }
  for (DomainAlias& alias : aliases) {
    alias.clusters.clear();
    const auto found = behind.find(plain_name(alias.target));
    if (found != behind.end()) alias.clusters.assign(found->second.begin(), found->second.end());
  }
}

}  // namespace livesonic::domains
