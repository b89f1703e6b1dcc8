// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/discovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "livesonic/base/log.h"
#include "livesonic/discovery/registration.h"

namespace livesonic::discovery {
namespace {

struct Wanted {
  std::vector<std::string> ids;  // the members, and the known ones that are none: their fate too
  std::set<std::string> fresh;   // of whom an old answer won't do
};

// An instance that is listed as it was needs no new look at EC2; one that is new, is listed in
// another state than before, is not well, or is missing does.
Wanted wanted(const std::vector<Member>& members, const std::vector<Instance>& known) {
  std::map<std::string, const Instance*> watched;
  for (const Instance& instance : known) {
    if (instance.watched()) watched.emplace(instance.id, &instance);
  }
  Wanted wanted;
  for (const Member& member : members) {
    const auto before = watched.find(member.id);
    if (!is_ec2_id(member.id)) {  // it describes itself
      if (before != watched.end()) watched.erase(before);
      continue;
    }
    wanted.ids.push_back(member.id);
    const bool as_before = before != watched.end() &&
                           before->second->balancer_state == member.state &&
                           before->second->ec2_state == "running";
    if (!as_before || !is_in_service(member.state)) wanted.fresh.insert(member.id);
    if (before != watched.end()) watched.erase(before);
  }
  for (const auto& [id, instance] : watched) {
    wanted.ids.push_back(id);
    wanted.fresh.insert(id);
  }
  return wanted;
}

// The journal of a large fleet's first poll is not to be a list of its hosts.
constexpr std::size_t kNamedOneByOne = 10;

// Not every look is written down: what matters is in which order releases came and went.
constexpr Duration kNotedAgain = std::chrono::minutes{10};

// AWS gives the same refusal another request id each time.
std::string_view but_for_request_id(std::string_view error) {
  return error.substr(0, error.find("request id "));
}

// A failure that lasts is told once.
void tell_failure(const Cluster& cluster, const std::string& error) {
  if (but_for_request_id(error) == but_for_request_id(cluster.discovery.error)) return;
  log::warning("{}: {}; its instances are watched on", cluster.name, error);
}

void tell(const Cluster& cluster, const Changes& changes) {
  if (changes.added.size() > kNamedOneByOne) {
    log::info("{}: watching {} more instances", cluster.name, changes.added.size());
  } else {
    for (const std::string& id : changes.added) log::info("{}: watching {}", cluster.name, id);
  }
  for (const Instance& instance : changes.instances) {
    if (instance.watched()) continue;
    const Departure& why = *instance.departure;
    const std::string words = fmt::format("{}: {} ({}) has left: {}: {}", cluster.name, instance.id,
                                          instance.label(), in_words(why.reason), why.detail);
    if (why.reason == DepartureReason::kUnexplained) {
      log::warning("{}", words);
    } else {
      log::info("{}", words);
    }
  }
}

}  // namespace

Result<std::vector<Instance>> Discovery::known_instances(const std::string& cluster,
                                                         const std::vector<Member>& members) {
  auto watched = inventory_.instances(cluster, storage::Which::kWatched);
  if (!watched) return watched;
  std::set<std::string> ids;
  for (const Instance& instance : *watched) ids.insert(instance.id);
  const bool all_known = std::all_of(members.begin(), members.end(),
                                     [&](const Member& member) { return ids.contains(member.id); });
  // A member that isn't watched may have been before; tombstones are only read when it matters.
  return all_known ? watched : inventory_.instances(cluster, storage::Which::kAll);
}

void Discovery::investigate(const Cluster& cluster, Changes& changes, const std::stop_token& stop) {
  std::vector<Leaving> unclear;
  std::vector<Leaving> ours;
  for (const Leaving& leaving : changes.retired) {
    if (!is_ec2_id(leaving.id) || !wants_more(leaving.evidence)) continue;
    std::string why = released_ ? released_(cluster.name, leaving.id) : std::string();
    std::vector<Leaving>& kind = why.empty() ? unclear : ours;
    kind.push_back(leaving);
    kind.back().evidence.released = std::move(why);
  }
  if (!unclear.empty()) source_.investigate(cluster, unclear, stop);
  std::map<std::string, const Evidence*> found;
  for (const Leaving& leaving : unclear) found.emplace(leaving.id, &leaving.evidence);
  for (const Leaving& leaving : ours) found.emplace(leaving.id, &leaving.evidence);
  for (Instance& instance : changes.instances) {
    const auto evidence = found.find(instance.id);
    if (evidence == found.end() || instance.watched()) continue;
    instance.departure = explain(*evidence->second, instance.departure->at);
  }
}

Result<Discovery::Refreshed> Discovery::refresh_registration(const Cluster& registration,
                                                             const std::stop_token& stop) {
  const Time now = clock_.now();
  DiscoveryStatus status = registration.discovery;
  status.last_attempt = now;
  Refreshed refreshed;
  const auto matching = source_.matching(registration, stop);
  if (stop.stop_requested()) return fail(ErrorKind::kUnavailable, "stopped");
  if (!matching) {
    status.error = refreshed.error = matching.error().message;
    tell_failure(registration, status.error);
    auto stored = inventory_.update_membership(registration.name, status, {});
    if (!stored) return fail(stored.error());
    return refreshed;
  }
  const auto all = inventory_.clusters();
  if (!all) return fail(all.error());
  Offspring follows = offspring(registration, *matching, *all, now);
  for (const Cluster& cluster : follows.added) {
    if (auto added = clusters_.add(cluster); !added) return fail(added.error());
    log::info("{}: watching {} too", registration.name, cluster.name);
  }
  const bool by_tag = registration.resource.starts_with("tag:");
  for (const Cluster& cluster : follows.missing) {
    // The listing is one word; a second one is asked of AWS before anything is given up.
    const auto exists = source_.exists(cluster, stop);
    if (stop.stop_requested()) return fail(ErrorKind::kUnavailable, "stopped");
    const bool kept = !exists || (*exists && (!by_tag || matching->empty()));
    if (kept) {
      follows.warning += fmt::format("{}'{}' matches no more, but it is there: it is watched on",
                                     follows.warning.empty() ? "" : "; ", cluster.resource);
      continue;
    }
    const std::string why =
        fmt::format("'{}' {}", cluster.resource, *exists ? "has lost the tags" : "is no more");
    if (auto removed = clusters_.remove(cluster.name, why); !removed) {
      return fail(removed.error());
    }
    log::info("{}: {} is watched no more: {}", registration.name, cluster.name, why);
  }
  status.error.clear();
  status.last_success = now;
  status.warning = follows.warning;
  auto stored = inventory_.update_membership(registration.name, status, {});
  if (!stored) return fail(stored.error());
  return refreshed;
}

Result<void> Discovery::note_release(const std::string& cluster, const std::string& release,
                                     Time now) {
  if (release.empty()) return {};
  const auto known = inventory_.releases(cluster);
  if (!known) return fail(known.error());
  const auto latest = std::max_element(
      known->begin(), known->end(),
      [](const Release& one, const Release& other) { return one.last < other.last; });
  const bool fresh =
      latest != known->end() && latest->name == release && now - latest->last < kNotedAgain;
  if (fresh) return {};
  return inventory_.note_release(cluster, release, now);
}

Result<Discovery::Refreshed> Discovery::refresh(const Cluster& cluster,
                                                const std::stop_token& stop) {
  if (source_.holds_back(cluster)) {
    const std::string& error = cluster.discovery.error;
    return Refreshed{{}, error.empty() ? "AWS asks to slow down: it is looked at later" : error};
  }
  if (is_registration(cluster)) return refresh_registration(cluster, stop);
  const Time now = clock_.now();
  DiscoveryStatus status = cluster.discovery;
  status.last_attempt = now;
  Refreshed refreshed;

  auto members = source_.members(cluster, stop);
  if (stop.stop_requested()) return fail(ErrorKind::kUnavailable, "stopped");
  if (!members) {
    status.error = refreshed.error = members.error().message;
    tell_failure(cluster, status.error);
    auto stored = inventory_.update_membership(cluster.name, status, {});
    if (!stored) return fail(stored.error());
    return refreshed;
  }

  const auto known = known_instances(cluster.name, members->members);
  if (!known) return fail(known.error());
  Sighting sighting{std::move(*members), {}, true};
  status.wanted = sighting.membership.wanted;
  const Wanted ask = wanted(sighting.membership.members, *known);
  auto facts = source_.describe(cluster, ask.ids, ask.fresh, stop);
  if (stop.stop_requested()) return fail(ErrorKind::kUnavailable, "stopped");
  if (facts) {
    sighting.facts = std::move(*facts);
    for (Facts& one : sighting.facts) {
      if (notices_ != nullptr) one.standing.notice = notices_->of(one.id, now);
    }
    status.error.clear();
    status.last_success = now;
  } else {
    sighting.facts_known = false;
    status.error = refreshed.error = facts.error().message;
    tell_failure(cluster, status.error);
  }

  Changes changes = diff(cluster.name, *known, sighting, now);
  investigate(cluster, changes, stop);
  if (stop.stop_requested()) return fail(ErrorKind::kUnavailable, "stopped");
  status.warning = changes.warning;
  if (!status.warning.empty() && status.warning != cluster.discovery.warning) {
    log::warning("{}: {}", cluster.name, status.warning);
  }
  const auto stored = inventory_.update_membership(cluster.name, status, changes.instances);
  if (!stored) return fail(stored.error());
  if (auto noted = note_release(cluster.name, sighting.membership.release, now); !noted) {
    return fail(noted.error());
  }

  tell(cluster, changes);
  if (!changes.added.empty() || !changes.retired.empty() || changes.details_changed) {
    events_.publish({"instances.changed", cluster.name, "",
                     fmt::format("{} new, {} gone", changes.added.size(), changes.retired.size()),
                     now});
  }
  for (const Instance& instance : changes.instances) {
    if (!instance.watched() && instance.departure->reason == DepartureReason::kUnexplained) {
      events_.publish(
          {"instance.unexplained", cluster.name, instance.id, instance.departure->detail, now});
    }
  }
  for (Leaving& leaving : changes.retired) refreshed.retired.push_back(std::move(leaving.id));
  return refreshed;
}

}  // namespace livesonic::discovery
