// SPDX-License-Identifier: Apache-2.0
// Asks what lies in front of a fleet, from here: HTTP, TCP, DNS, TLS. What it says is returned as
// it came; whether that is as it must be, others judge.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/model/probe.h"
#include "livesonic/probes/certificate.h"

namespace livesonic::probes {

struct Answer {
  enum class End {
    kAnswered,
    kFailed,    // refused, no such name, a certificate that is not valid, no HTTP, …
    kTimedOut,  // nothing, or not all of it, within the probe's timeout
    kNotTried,  // our side: we are stopping, or out of something
  };
  End end = End::kNotTried;
  std::string detail;         // for people: why it is not kAnswered
  Duration took{};            // HTTP: to the end of the body; TCP: to connect; DNS: to resolve
  std::optional<int> status;  // of HTTP
  std::string body;           // of HTTP and TCP: raw bytes, the first kMostBody
  bool truncated = false;     // there was more
  std::vector<std::string> addresses = {};                    // of DNS, in order
  std::optional<SeenCertificate> certificate = std::nullopt;  // of TLS
};

constexpr std::size_t kMostBody = std::size_t{64} * 1024;

// Thread-safe. A call blocks for the probe's timeout at most, but that the system's resolver can't
// be interrupted; it ends soon after a stop is requested.
class Prober {
 public:
  virtual ~Prober() = default;
  // `target` is what target_of() makes of the probe's.
  virtual Answer ask(const Probe& probe, const std::string& target,
                     const std::stop_token& stop) = 0;
};

std::unique_ptr<Prober> make_prober();

}  // namespace livesonic::probes
