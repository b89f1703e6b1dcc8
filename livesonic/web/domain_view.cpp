// SPDX-License-Identifier: Apache-2.0
#include "livesonic/web/domain_view.h"

#include <set>
#include <string_view>

namespace livesonic::web {
namespace {

std::string_view without_dot(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

const RegisteredDomain* registration_of(std::string_view name,
                                        const std::vector<RegisteredDomain>& registered) {
  for (;;) {
    for (const RegisteredDomain& one : registered) {
      if (!one.gone_at && one.name == name) return &one;
    }
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return nullptr;
    name.remove_prefix(dot + 1);
  }
}

}  // namespace

std::vector<std::string> clusters_of(const Domain& domain) {
  std::set<std::string> clusters;
  for (const DomainAlias& alias : domain.aliases) {
    clusters.insert(alias.clusters.begin(), alias.clusters.end());
  }
  return {clusters.begin(), clusters.end()};
}

Json domain_view(const Domain& domain, const DomainContext& context) {
  Json view = to_json(domain);
  view["clusters"] = clusters_of(domain);
  view["registration"] = nullptr;
  view["certificate"] = nullptr;
  if (domain.private_zone || domain.gone_at) return view;
  const std::string_view name = without_dot(domain.name);
  if (const auto* registration = registration_of(name, context.registered)) {
    view["registration"] = to_json(*registration);
  }
  for (const ServedCertificate& certificate : context.certificates) {
    if (domain.apex_has_address && certificate.host == name) {
      view["certificate"] = to_json(certificate);
    }
  }
  return view;
}

}  // namespace livesonic::web
