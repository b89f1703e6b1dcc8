// SPDX-License-Identifier: Apache-2.0
#include "livesonic/discovery/discovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "livesonic/base/log.h"
#include "livesonic/discovery/diff.h"

namespace livesonic::discovery {
namespace {

// Members first, then the known ones that are no members: their fate is asked for too.
std::vector<std::string> ids_to_describe(const std::vector<Member>& members,
                                         const std::vector<Instance>& known) {
  std::set<std::string> ids;
  for (const Member& member : members) ids.insert(member.id);
  for (const Instance& instance : known) {
    if (instance.watched()) ids.insert(instance.id);
  }
  return {ids.begin(), ids.end()};
}

// The journal of a large fleet's first poll is not to be a list of its hosts.
constexpr std::size_t kNamedOneByOne = 10;

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
    if (!instance.watched()) {
      log::info("{}: {} ({}) has left: {}", cluster.name, instance.id, instance.label(),
                instance.gone_reason);
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

Result<Discovery::Refreshed> Discovery::refresh(const Cluster& cluster,
                                                const std::stop_token& stop) {
  const Time now = clock_.now();
  DiscoveryStatus status = cluster.discovery;
  status.last_attempt = now;
  Refreshed refreshed;

  const auto members = source_.members(cluster, stop);
  if (stop.stop_requested()) return fail(ErrorKind::kUnavailable, "stopped");
  if (!members) {
    status.error = refreshed.error = members.error().message;
    tell_failure(cluster, status.error);
    auto stored = inventory_.update_membership(cluster.name, status, {});
    if (!stored) return fail(stored.error());
    return refreshed;
  }

  const auto known = known_instances(cluster.name, *members);
  if (!known) return fail(known.error());
  Sighting sighting{*members, {}, true};
  auto facts = source_.describe(ids_to_describe(*members, *known), stop);
  if (stop.stop_requested()) return fail(ErrorKind::kUnavailable, "stopped");
  if (facts) {
    sighting.facts = std::move(*facts);
    status.error.clear();
    status.last_success = now;
  } else {
    sighting.facts_known = false;
    status.error = refreshed.error = facts.error().message;
    tell_failure(cluster, status.error);
  }

  Changes changes = diff(cluster.name, *known, sighting, now);
  status.warning = changes.warning;
  if (!status.warning.empty() && status.warning != cluster.discovery.warning) {
    log::warning("{}: {}", cluster.name, status.warning);
  }
  const auto stored = inventory_.update_membership(cluster.name, status, changes.instances);
  if (!stored) return fail(stored.error());

  tell(cluster, changes);
  if (!changes.added.empty() || !changes.retired.empty() || changes.details_changed) {
    events_.publish({"instances.changed", cluster.name, "",
                     fmt::format("{} new, {} gone", changes.added.size(), changes.retired.size()),
                     now});
  }
  refreshed.retired = std::move(changes.retired);
  return refreshed;
}

}  // namespace livesonic::discovery
