// SPDX-License-Identifier: Apache-2.0
// What is kept of Route 53 hosted zones, registered domains and the certificates of both.
#pragma once

#include <string>
#include <vector>

#include "livesonic/base/result.h"
#include "livesonic/model/domain.h"

namespace livesonic::storage {

// Thread-safe. Each call is one transaction.
class Domains {
 public:
  virtual ~Domains() = default;
  virtual Result<std::vector<Domain>> domains() = 0;  // by name, then zone id; also gone ones
  // By zone id. A record count that is not the zone's last one is kept with the time `last_seen`.
  virtual Result<void> put_domains(const std::vector<Domain>& changed) = 0;
  // Each time that the count was another one than before, oldest first; the first is when the zone
  // was first seen. Empty for an unknown zone.
  virtual Result<std::vector<RecordCount>> record_counts(const std::string& zone_id) = 0;

  virtual Result<std::vector<RegisteredDomain>>
  registered_domains() = 0;  // by name; also gone ones
  virtual Result<void> put_registered_domains(const std::vector<RegisteredDomain>& changed) = 0;

  virtual Result<std::vector<ServedCertificate>> certificates() = 0;  // by host
  virtual Result<void> put_certificates(const std::vector<ServedCertificate>& changed) = 0;
};

}  // namespace livesonic::storage
