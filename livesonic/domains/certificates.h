// SPDX-License-Identifier: Apache-2.0
// Asks every public apex for its certificate and keeps what it shows.
#pragma once

#include <stop_token>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/model/domain.h"
#include "livesonic/probes/certificate.h"
#include "livesonic/storage/domains.h"

namespace livesonic::domains {

// What is known of a host's certificate after one more look. Pure.
ServedCertificate after_look(ServedCertificate before, const Result<probes::SeenCertificate>& seen,
                             Time at);

// One run at a time; does not own what it is given.
class CertificateCheck {
 public:
  static constexpr int kAtOnce = 8;
  // No host is begun with after this: those that are left are the first next time.
  static constexpr Duration kShare = std::chrono::seconds{60};

  CertificateCheck(probes::CertificateSource& source, storage::Domains& store, const Clock& clock)
      : source_(source), store_(store), clock_(clock) {}

  // True when something is another than before. That a host does not answer is no error.
  Result<bool> run(const std::stop_token& stop = {});

 private:
  probes::CertificateSource& source_;
  storage::Domains& store_;
  const Clock& clock_;
};

}  // namespace livesonic::domains
