// SPDX-License-Identifier: Apache-2.0
// Everything that is done about domains at once: the sync, the certificates, and what is told of
// both.
#pragma once

#include <mutex>
#include <stop_token>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/domains/certificates.h"
#include "livesonic/domains/expiry.h"
#include "livesonic/domains/sync.h"
#include "livesonic/model/event.h"
#include "livesonic/storage/domains.h"

namespace livesonic::domains {

// Thread-safe: runs wait for each other. Does not own what it is given.
class Watch {
 public:
  // `certificates` may be null: then no host is asked for one.
  Watch(Sync& sync, CertificateCheck* certificates, Alarm& alarm, storage::Domains& store,
        EventSink& events, Thresholds thresholds, const Clock& clock)
      : sync_(sync),
        certificates_(certificates),
        alarm_(alarm),
        store_(store),
        events_(events),
        thresholds_(thresholds),
        clock_(clock) {}

  // What the sync came to. Also where it fails, the certificates are asked for and what is known to
  // expire is told.
  Result<Changes> run(const std::stop_token& stop = {});

 private:
  Result<void> judge();

  std::mutex turn_;  // one run at a time
  Sync& sync_;
  CertificateCheck* const certificates_;
  Alarm& alarm_;
  storage::Domains& store_;
  EventSink& events_;
  const Thresholds thresholds_;
  const Clock& clock_;
};

}  // namespace livesonic::domains
