// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/fleet_events.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <map>
#include <utility>

#include "livesonic/base/log.h"

namespace livesonic::app {
namespace {

// Reading who is where takes a moment with ten thousand instances: a deploy's messages share it.
constexpr Duration kKept = std::chrono::seconds{3};

}  // namespace

// One look is enough for all that a storm's hosts say until it begins, and one more for the rest.
struct FleetEvents::Looks {
  std::mutex mutex;
  std::map<std::string, bool> under_way;  // by cluster: whether another one is wanted after it
};

FleetEvents::FleetEvents(storage::Inventory& inventory, discovery::AwsFleet& source,
                         discovery::Notices& notices, monitoring::Monitor& monitor,
                         const Clock& clock)
    : inventory_(inventory),
      source_(source),
      notices_(notices),
      monitor_(monitor),
      clock_(clock),
      looks_(std::make_shared<Looks>()) {}

void FleetEvents::look_at(monitoring::Monitor& monitor, const std::shared_ptr<Looks>& looks,
                          const std::string& cluster) {
  monitor.refresh_soon(cluster, [&monitor, looks, cluster](const Result<void>&) {
    {
      const std::lock_guard lock(looks->mutex);
      if (!std::exchange(looks->under_way[cluster], false)) {
        looks->under_way.erase(cluster);
        return;
      }
    }
    look_at(monitor, looks, cluster);
  });
}

Result<discovery::Whereabouts> FleetEvents::look_up() {
  const auto clusters = inventory_.clusters();
  if (!clusters) return fail(clusters.error());
  discovery::Whereabouts whereabouts;
  for (const Cluster& cluster : *clusters) {
    const auto instances = inventory_.instances(cluster.name, storage::Which::kWatched);
    if (!instances) return fail(instances.error());
    whereabouts.add(cluster, source_.region_name(cluster), *instances);
  }
  return whereabouts;
}

Result<std::set<std::string>> FleetEvents::heard(const discovery::CloudEvent& event) {
  if (event.kind == discovery::CloudEventKind::kOther) return std::set<std::string>{};
  const Time now = clock_.now();
  notices_.note(event, now);
  source_.outdate(event);

  const std::lock_guard lock(mutex_);
  const Duration age = now - looked_up_at_;
  if (!whereabouts_ || age > kKept || age < Duration::zero()) {
    auto found = look_up();
    if (!found) return fail(found.error());
    whereabouts_ = std::move(*found);
    looked_up_at_ = now;
  }
  std::set<std::string> concerned = whereabouts_->concerned(event);
  const auto notice = discovery::notice_of(event, now);
  if (notice && !concerned.empty()) {
    log::info("{}", fmt::format("{}: {}: {}", fmt::join(concerned, ", "),
                                fmt::join(event.instances, ", "), in_words(*notice)));
  }
  return concerned;
}

void FleetEvents::announced(const std::string& cluster, const std::string& instance,
                            const Notice& notice) {
  if (!notices_.note(instance, notice, clock_.now())) return;
  log::info("{}: {} says: {}", cluster, instance, in_words(notice));
  {
    const std::lock_guard lock(looks_->mutex);
    const auto [under_way, first] = looks_->under_way.emplace(cluster, false);
    if (!first) {
      under_way->second = true;
      return;
    }
  }
  look_at(monitor_, looks_, cluster);
}

void FleetEvents::refresh(const std::string& cluster, std::function<void(bool well)> done) {
  monitor_.refresh_soon(cluster, [done = std::move(done)](const Result<void>& refreshed) {
    // One that was removed meanwhile needs no look. That AWS can't be asked is told with the
    // cluster.
    done(refreshed || refreshed.error().kind == ErrorKind::kNotFound);
  });
}

}  // namespace livesonic::app
