// SPDX-License-Identifier: Apache-2.0
// Brings what the store knows of zones and registered names up to what AWS says now, account by
// account.
#pragma once

#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/domains/aliases.h"
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
  // Sentences about what could not be found out, so that what was known of it stays.
  std::vector<std::string> problems;
};

// Pure. A zone that is no longer listed is marked gone and kept; one that is listed again is
// revived. `known` are those of the account that listed.
Changes diff(const std::vector<Domain>& known, const std::vector<Domain>& listed, Time now);

// Likewise for registered names; what is not returned stays as it is.
std::vector<RegisteredDomain> diff(const std::vector<RegisteredDomain>& known,
                                   const std::vector<RegisteredDomain>& listed, Time now);

// One run at a time; does not own what it is given.
class Sync {
 public:
  // `sources`: one for each account of the configuration. `registrations`: ask for registered names
  // too.
  Sync(std::vector<ZoneSource*> sources, Balancers& balancers, storage::Domains& store,
       EventSink& events, const Clock& clock, bool registrations = true);

  // An account whose zones can't be listed keeps those it had. One that seems to have lost all of
  // several zones at once is such an account: they are more likely the wrong credentials. An error
  // when there is no other, or the store fails; then nothing was changed.
  Result<Changes> run(const std::stop_token& stop = {});

 private:
  Result<Changes> sync_zones(ZoneSource& source, const std::vector<Domain>& known,
                             const std::vector<Balancer>& balancers, const std::stop_token& stop);
  void describe(ZoneSource& source, const std::vector<Domain>& known, std::vector<Domain>& zones,
                std::vector<std::string>& problems, const std::stop_token& stop);
  Result<std::vector<RegisteredDomain>> sync_registrations(
      ZoneSource& source, const std::vector<RegisteredDomain>& known, const std::stop_token& stop);

  const std::vector<ZoneSource*> sources_;
  std::set<std::string> accounts_;  // their names
  Balancers& balancers_;
  storage::Domains& store_;
  EventSink& events_;
  const Clock& clock_;
  const bool registrations_;
};

}  // namespace livesonic::domains
