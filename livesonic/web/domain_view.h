// SPDX-License-Identifier: Apache-2.0
// A zone with what is known of its name beside it: registration, certificate, the clusters that it
// leads to. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "livesonic/model/domain.h"
#include "livesonic/web/to_json.h"

namespace livesonic::web {

// What belongs to more than one zone.
struct DomainContext {
  std::vector<RegisteredDomain> registered;
  std::vector<ServedCertificate> certificates;
};

// The clusters that any of its aliases lead to, each once, by name.
std::vector<std::string> clusters_of(const Domain& domain);

// The registration is that of the zone's own name, else of the nearest name above it. Private zones
// have none, and those that are gone neither.
Json domain_view(const Domain& domain, const DomainContext& context);

}  // namespace livesonic::web
