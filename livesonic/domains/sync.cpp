// SPDX-License-Identifier: Apache-2.0
#include "livesonic/domains/sync.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <utility>

namespace livesonic::domains {

Changes diff(const std::vector<Domain>& known, const std::vector<Domain>& listed, Time now) {
  std::map<std::string, const Domain*> before;
  for (const Domain& domain : known) before.emplace(domain.zone_id, &domain);

  Changes changes;
  std::set<std::string> seen;
  for (const Domain& zone : listed) {
    if (!seen.insert(zone.zone_id).second) continue;
    Domain domain = zone;
    domain.gone_at.reset();
    domain.first_seen = domain.last_seen = now;
    const auto found = before.find(zone.zone_id);
    if (found == before.end() || found->second->gone_at) {
      ++changes.added;
      if (found != before.end()) domain.first_seen = found->second->first_seen;
    } else {
      domain.first_seen = found->second->first_seen;
      Domain same = domain;
      same.last_seen = found->second->last_seen;
      if (same != *found->second) ++changes.changed;
    }
    ++changes.live;
    changes.zones.push_back(std::move(domain));
  }
  for (const Domain& domain : known) {
    if (domain.gone_at || seen.contains(domain.zone_id)) continue;
    Domain gone = domain;
    gone.gone_at = now;
    ++changes.gone;
    changes.zones.push_back(std::move(gone));
  }
  return changes;
}

Result<Changes> Sync::run(const std::stop_token& stop) {
  const auto listed = source_.zones(stop);
  if (!listed) return fail(listed.error());
  const auto known = store_.domains();
  if (!known) return fail(known.error());

  Changes changes = diff(*known, *listed, clock_.now());
  if (changes.live == 0 && changes.gone > 1) {
    return fail(ErrorKind::kConflict,
                fmt::format("Route 53 lists no zone at all, yet {} are known: nothing is marked as "
                            "gone; are these the right credentials?",
                            changes.gone));
  }
  if (auto stored = store_.put_domains(changes.zones); !stored) return fail(stored.error());
  if (changes.added + changes.changed + changes.gone > 0) {
    events_.publish({"domains.changed", "", "", "", clock_.now()});
  }
  return changes;
}

}  // namespace livesonic::domains
