// SPDX-License-Identifier: Apache-2.0
// The certificate that a host shows to whoever connects: by which date it must be another one.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/remote/resolve.h"

namespace livesonic::probes {

struct SeenCertificate {
  Time expires_at{};    // its notAfter
  std::string issuer;   // its organization, else its common name
  std::string problem;  // why a browser would refuse it, in OpenSSL's words; empty: it wouldn't
};

// Thread-safe. A call ends soon after a stop is requested, with kUnavailable.
class CertificateSource {
 public:
  virtual ~CertificateSource() = default;
  virtual Result<SeenCertificate> fetch(const std::string& host, const std::stop_token& stop) = 0;
};

struct TlsSettings {
  std::uint16_t port = 443;
  // For connecting and the handshake together. Resolving the name takes what the system takes.
  Duration timeout = std::chrono::seconds{10};
  std::function<Result<std::vector<remote::Endpoint>>(const std::string&, std::uint16_t)> resolve =
      remote::resolve;
};

// Asks by a TLS handshake, and sends nothing after it. The certificate is read whether it is valid
// or not, and whatever the server's version of TLS; trust is that of the system's certificate
// store. Everything the peer sends is taken for hostile: it is bounded in time and size.
class TlsCertificates final : public CertificateSource {
 public:
  explicit TlsCertificates(TlsSettings settings = {}) : settings_(std::move(settings)) {}
  Result<SeenCertificate> fetch(const std::string& host, const std::stop_token& stop) override;

 private:
  const TlsSettings settings_;
};

}  // namespace livesonic::probes
