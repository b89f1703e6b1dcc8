// SPDX-License-Identifier: Apache-2.0
#include "livesonic/domains/sync.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace livesonic::domains {
namespace {

template <typename Item>
std::vector<Item> of_account(const std::vector<Item>& all, const std::string& account) {
  std::vector<Item> mine;
  std::copy_if(all.begin(), all.end(), std::back_inserter(mine),
               [&](const Item& item) { return item.account == account; });
  return mine;
}

// Two accounts of the configuration may be the same of AWS's: what one has shows, the others leave.
template <typename Item>
void leave_to_others(std::vector<Item>& listed, const std::vector<Item>& known,
                     const std::string& account, const std::set<std::string>& accounts,
                     std::string Item::*id) {
  std::set<std::string> theirs;
  for (const Item& item : known) {
    if (!item.gone_at && item.account != account && accounts.contains(item.account)) {
      theirs.insert(item.*id);
    }
  }
  std::erase_if(listed, [&](const Item& item) { return theirs.contains(item.*id); });
  for (Item& item : listed) item.account = account;
}

// The balancers as the aliases remember them.
std::vector<Balancer> remembered(const std::vector<Domain>& known) {
  std::vector<Balancer> balancers;
  for (const Domain& domain : known) {
    for (const DomainAlias& alias : domain.aliases) {
      for (const std::string& cluster : alias.clusters)
        balancers.push_back({cluster, alias.target});
    }
  }
  return balancers;
}

void add(Changes& all, Changes&& one) {
  all.live += one.live;
  all.added += one.added;
  all.changed += one.changed;
  all.gone += one.gone;
  std::move(one.zones.begin(), one.zones.end(), std::back_inserter(all.zones));
  std::move(one.problems.begin(), one.problems.end(), std::back_inserter(all.problems));
}

}  // namespace

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

std::vector<RegisteredDomain> diff(const std::vector<RegisteredDomain>& known,
                                   const std::vector<RegisteredDomain>& listed, Time now) {
  std::map<std::string, RegisteredDomain> after;
  for (RegisteredDomain domain : listed) {
    domain.first_seen = domain.last_seen = now;
    domain.gone_at.reset();
    after.emplace(domain.name, std::move(domain));
  }
  for (const RegisteredDomain& domain : known) {
    if (const auto found = after.find(domain.name); found != after.end()) {
      found->second.first_seen = domain.first_seen;
    } else if (!domain.gone_at) {
      after.emplace(domain.name, domain).first->second.gone_at = now;
    }
  }
  std::vector<RegisteredDomain> changed;
  for (auto& [name, domain] : after) changed.push_back(std::move(domain));
  return changed;
}

Sync::Sync(std::vector<ZoneSource*> sources, Balancers& balancers, storage::Domains& store,
           EventSink& events, const Clock& clock, bool registrations)
    : sources_(std::move(sources)),
      balancers_(balancers),
      store_(store),
      events_(events),
      clock_(clock),
      registrations_(registrations) {
  for (const ZoneSource* source : sources_) accounts_.insert(source->account());
}

void Sync::describe(ZoneSource& source, const std::vector<Domain>& known,
                    std::vector<Domain>& zones, std::vector<std::string>& problems,
                    const std::stop_token& stop) {
  std::map<std::string, const Domain*> before;
  for (const Domain& domain : known) before.emplace(domain.zone_id, &domain);
  std::vector<std::string> ids;
  for (Domain& zone : zones) {
    ids.push_back(zone.zone_id);
    if (const auto found = before.find(zone.zone_id); found != before.end()) {
      zone.tags = found->second->tags;
      zone.apex_has_address = found->second->apex_has_address;
      zone.aliases = found->second->aliases;
    }
  }
  if (auto tags = source.tags(ids, stop)) {
    for (Domain& zone : zones) zone.tags = std::move((*tags)[zone.zone_id]);
  } else {
    problems.push_back("the zones' tags are not known: " + tags.error().message);
  }
  for (Domain& zone : zones) {
    const auto records = source.records(zone.zone_id, stop);
    if (records) {
      read_records(*records, zone);
    } else if (records.error().kind != ErrorKind::kNotFound) {  // or it was deleted just now
      // What one zone is refused all are, and what AWS can't answer now it can't for the next one.
      problems.push_back("the zones' records are not known: " + records.error().message);
      break;
    }
  }
}

Result<Changes> Sync::sync_zones(ZoneSource& source, const std::vector<Domain>& known,
                                 const std::vector<Balancer>& balancers,
                                 const std::stop_token& stop) {
  auto zones = source.zones(stop);
  if (!zones) return fail(zones.error());
  leave_to_others(*zones, known, source.account(), accounts_, &Domain::zone_id);

  std::vector<std::string> problems;
  if (!zones->empty()) describe(source, known, *zones, problems, stop);
  for (Domain& zone : *zones) resolve(zone.aliases, balancers);
  Changes changes = diff(of_account(known, source.account()), *zones, clock_.now());
  if (changes.live == 0 && changes.gone > 1) {
    return fail(ErrorKind::kConflict,
                fmt::format("Route 53 lists no zone at all, yet {} are known: nothing is marked as "
                            "gone; are these the right credentials?",
                            changes.gone));
  }
  changes.problems = std::move(problems);
  return changes;
}

Result<std::vector<RegisteredDomain>> Sync::sync_registrations(
    ZoneSource& source, const std::vector<RegisteredDomain>& known, const std::stop_token& stop) {
  auto listed = source.registered_domains(stop);
  if (!listed) return fail(listed.error());
  const std::vector<RegisteredDomain> mine = of_account(known, source.account());
  const auto live = std::count_if(mine.begin(), mine.end(),
                                  [](const RegisteredDomain& one) { return !one.gone_at; });
  if (listed->empty() && live > 1) {
    return fail(
        ErrorKind::kConflict,
        fmt::format("none is listed, yet {} are known: are these the right credentials?", live));
  }
  leave_to_others(*listed, known, source.account(), accounts_, &RegisteredDomain::name);
  return diff(mine, *listed, clock_.now());
}

Result<Changes> Sync::run(const std::stop_token& stop) {
  auto known = store_.domains();
  if (!known) return fail(known.error());
  auto registered = store_.registered_domains();
  if (!registered) return fail(registered.error());

  Changes all;
  const auto balancers = balancers_.balancers(stop);
  if (!balancers) {
    all.problems.push_back("the clusters' balancers are not known: " + balancers.error().message);
  }
  std::vector<RegisteredDomain> names;
  bool anything = false;
  std::optional<Error> failure;
  for (ZoneSource* source : sources_) {
    const auto about = [&](const std::string& problem) {
      return sources_.size() == 1 ? problem
                                  : fmt::format("account {}: {}", source->account(), problem);
    };
    auto changes = sync_zones(*source, *known, balancers ? *balancers : remembered(*known), stop);
    if (!changes) {
      if (!failure) failure = changes.error();
      all.problems.push_back(about(changes.error().message));
      continue;
    }
    anything = true;
    for (std::string& problem : changes->problems) problem = about(problem);
    // What this account has just shown is known to those that follow.
    known->insert(known->end(), changes->zones.begin(), changes->zones.end());
    add(all, std::move(*changes));
    if (!registrations_) continue;
    if (auto changed = sync_registrations(*source, *registered, stop)) {
      registered->insert(registered->end(), changed->begin(), changed->end());
      std::move(changed->begin(), changed->end(), std::back_inserter(names));
    } else {
      all.problems.push_back(
          about("the registered domains are not known: " + changed.error().message));
    }
  }
  if (!anything && failure) return fail(*failure);

  const Time now = clock_.now();
  for (const Domain& domain : *known) {  // of accounts that the configuration no longer has
    if (domain.gone_at || accounts_.contains(domain.account)) continue;
    Domain gone = domain;
    gone.gone_at = now;
    ++all.gone;
    all.zones.push_back(std::move(gone));
  }
  for (const RegisteredDomain& domain : *registered) {
    if (domain.gone_at || accounts_.contains(domain.account)) continue;
    names.push_back(domain);
    names.back().gone_at = now;
  }
  if (auto stored = store_.put_domains(all.zones); !stored) return fail(stored.error());
  if (auto stored = store_.put_registered_domains(names); !stored) return fail(stored.error());
  if (all.added + all.changed + all.gone > 0) {
    events_.publish({"domains.changed", "", "", "", now});
  }
  return all;
}

}  // namespace livesonic::domains
