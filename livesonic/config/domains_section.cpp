// SPDX-License-Identifier: Apache-2.0
#include "livesonic/config/sections.h"

namespace livesonic::config {
namespace {

constexpr Duration kLongest = std::chrono::hours{24 * 3650};  // nobody registers for longer

}  // namespace

void read_domains(const YamlNode& node, DomainsConfig& domains, Reading& reading) {
  MapReader map(node, "domains", reading);
  map.boolean("registrations", domains.registrations);
  map.boolean("certificates", domains.certificates);
  map.duration("expiry_warning", domains.expiry_warning, Duration::zero(), kLongest);
  map.duration("certificate_warning", domains.certificate_warning, Duration::zero(), kLongest);
  map.refuse_unknown_keys();
}

}  // namespace livesonic::config
