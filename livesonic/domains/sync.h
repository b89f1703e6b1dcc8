// SPDX-License-Identifier: Apache-2.0
// Brings what the store knows of Route 53's zones up to what AWS says now.
#pragma once

#include <stop_token>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/domains/zone_source.h"
#include "livesonic/model/event.h"
#include "livesonic/storage/domains.h"

namespace livesonic::domains {

struct Changes {
  std::vector<Domain> zones;  // as they are now: each live one, and each that has just gone
  int live = 0;
  int added = 0;  // new, or back again
  int changed = 0;
  int gone = 0;
};

// Pure. A zone that is no longer listed is marked gone and kept; one that is listed again is
// revived.
Changes diff(const std::vector<Domain>& known, const std::vector<Domain>& listed, Time now);

// Thread-safe; does not own what it is given.
class Sync {
 public:
  Sync(ZoneSource& source, storage::Domains& store, EventSink& events, const Clock& clock)
      : source_(source), store_(store), events_(events), clock_(clock) {}

  // An error of AWS, or of the store, changes nothing. An account that seems to have lost all its
  // zones at once is such an error: it is more likely the wrong account.
  Result<Changes> run(const std::stop_token& stop = {});

 private:
  ZoneSource& source_;
  storage::Domains& store_;
  EventSink& events_;
  const Clock& clock_;
};

}  // namespace livesonic::domains
