// SPDX-License-Identifier: Apache-2.0
// A check of what lies in front of a fleet, made by Livesonic itself: does the site answer, the
// port take connections, the name resolve, the certificate last? Plain value.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/model/cluster.h"
#include "livesonic/model/service.h"

namespace livesonic {

enum class ProbeKind { kHttp, kTcp, kDns, kTls };

std::string_view to_string(ProbeKind kind);  // "http", "tcp", "dns", "tls"
Result<ProbeKind> parse_probe_kind(std::string_view text);

struct Probe {
  std::string name;  // unique among probes; see check_name
  ProbeKind kind = ProbeKind::kHttp;
  // A URL, HOST:PORT, a name, HOST[:PORT]; "{balancer}" in it is the DNS name of the cluster's load
  // balancer. Empty: that balancer, as default_target() has it.
  std::string target;
  std::vector<std::string> clusters;  // names; at least one
  Expectation expect = {};            // of HTTP's body and TCP's answer; exit_status: HTTP's status
  Expectation forbid = {};
  Thresholds thresholds = {};               // of metric_of(kind)
  std::vector<std::string> addresses = {};  // of kDns: no others may be answered; empty: any may
  std::string send = {};                    // of kTcp: what is said first
  int redirects = 0;                        // of kHttp: how many are followed, 0..10
  bool verify = true;                       // of https and kTls: the certificate must be valid
  Duration timeout = std::chrono::seconds{10};
  Duration interval{};  // how often it is made, at most; zero: at each poll
  Origin origin = Origin::kOperator;

  [[nodiscard]] bool applies_to(const std::string& cluster) const {
    return std::find(clusters.begin(), clusters.end(), cluster) != clusters.end();
  }
  friend bool operator==(const Probe&, const Probe&) = default;
};

// Do the parts go together? The error begins with the key that is wrong, and a colon. Name,
// clusters and the syntax of patterns are left to whoever reads them.
Result<void> check_probe(const Probe& probe);

// What its thresholds are compared with: "time" in seconds, or for kTls the "days" that the
// certificate is still valid.
std::string_view metric_of(ProbeKind kind);
// Those that are given; for kTls, where none are: a warning below 14 days, critical below 3.
Thresholds effective_thresholds(const Probe& probe);

bool needs_balancer(const Probe& probe);
// With the balancer's DNS name in its place.
std::string target_of(const Probe& probe, std::string_view balancer);

struct HostPort {
  std::string host;  // without the brackets of an IPv6 address
  std::uint16_t port = 0;
};
// "db.example:5432", "[2001:db8::1]:443"; without a port `otherwise`, unless that is 0.
Result<HostPort> parse_host_port(std::string_view text, std::uint16_t otherwise);

}  // namespace livesonic
