// SPDX-License-Identifier: Apache-2.0
// What is about to expire. Pure, and the interface through which it is told.
#pragma once

#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/model/domain.h"
#include "livesonic/model/incident.h"

namespace livesonic::domains {

// How long before its end a thing is worth an incident; zero: never.
struct Thresholds {
  Duration registration = std::chrono::hours{24 * 30};
  Duration certificate = std::chrono::hours{24 * 14};
};

// The host to ask for a zone's certificate: its name without the final dot. Empty when there is
// nobody to ask: the zone is private or gone, or its apex has no address.
std::string apex_host(const Domain& domain);

// A certificate that could not be seen for longer than this says nothing any more: the host may
// have another one, or serve none.
inline constexpr Duration kCertificateMemory = std::chrono::hours{24 * 3};

// Everything that expires within the thresholds, or has expired. Causes are "domain:NAME" and
// "certificate:HOST".
std::vector<Finding> expiring(const std::vector<Domain>& domains,
                              const std::vector<RegisteredDomain>& registered,
                              const std::vector<ServedCertificate>& certificates,
                              const Thresholds& thresholds, Time now);

// Thread-safe.
class Alarm {
 public:
  virtual ~Alarm() = default;
  // `findings` are all there are now: what was told before and isn't among them is over.
  virtual Result<void> tell(const std::vector<Finding>& findings, Time at) = 0;
};

}  // namespace livesonic::domains
