// SPDX-License-Identifier: Apache-2.0
// What is known of domains: Route 53 hosted zones and what they point at, registered names, and the
// certificates that are served under them. Plain values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"

namespace livesonic {

// A record of a zone that points at a load balancer.
struct DomainAlias {
  std::string name;                        // with its final dot
  std::string type;                        // "A" or "AAAA" of an alias record, or "CNAME"
  std::string target;                      // the balancer's DNS name as the record has it
  std::vector<std::string> clusters = {};  // those behind that balancer
  friend bool operator==(const DomainAlias&, const DomainAlias&) = default;
};

struct Domain {
  std::string zone_id;  // "Z0123…", without "/hostedzone/"
  std::string name;     // with its final dot, as Route 53 writes it
  std::string caller_reference;
  std::string comment;
  bool private_zone = false;
  std::int64_t record_count = 0;
  Time first_seen{};
  Time last_seen{};
  std::optional<Time> gone_at;
  std::string account = "default";  // as the configuration calls it
  std::map<std::string, std::string> tags = {};
  bool apex_has_address = false;  // the zone's own name has an A or AAAA record
  std::vector<DomainAlias> aliases = {};
  friend bool operator==(const Domain&, const Domain&) = default;
};

// How many records a zone had from a moment on.
struct RecordCount {
  Time at{};
  std::int64_t records = 0;
  friend bool operator==(const RecordCount&, const RecordCount&) = default;
};

// A name that is registered with Route 53 Domains.
struct RegisteredDomain {
  std::string name;                 // "example.com", without a final dot
  std::string account = "default";  // as the configuration calls it
  bool auto_renew = false;
  std::optional<Time> expires_at;  // unset: never, or nobody says
  Time first_seen{};
  Time last_seen{};
  std::optional<Time> gone_at;
  friend bool operator==(const RegisteredDomain&, const RegisteredDomain&) = default;
};

// What a host showed when it was last asked for its certificate.
struct ServedCertificate {
  std::string host;  // "example.com", without a final dot
  Time checked_at{};
  std::string error;  // why the last attempt brought none; empty when it did
  // Of the last one that was seen, also where the last attempt failed; unset: none ever was.
  std::optional<Time> seen_at;
  std::optional<Time> expires_at;
  std::string issuer;   // its organization or name
  std::string problem;  // why browsers would refuse it; empty when they wouldn't
  friend bool operator==(const ServedCertificate&, const ServedCertificate&) = default;
};

}  // namespace livesonic
