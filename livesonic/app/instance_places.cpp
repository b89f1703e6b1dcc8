// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/instance_places.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "livesonic/base/text.h"

namespace livesonic::app {
namespace {

// Reading who is where takes a moment with ten thousand instances.
constexpr Duration kKept = std::chrono::seconds{60};
constexpr Duration kAtLeast = std::chrono::seconds{2};

}  // namespace

Result<void> InstancePlaces::look() {
  const auto clusters = inventory_.clusters();
  if (!clusters) return fail(clusters.error());
  std::map<std::string, InstancePlace> places;
  for (const Cluster& cluster : *clusters) {
    const auto instances = inventory_.instances(cluster.name, storage::Which::kWatched);
    if (!instances) return fail(instances.error());
    for (const Instance& instance : *instances) {
      places[instance.id] = {cluster.account, cluster.region, instance.availability_zone};
    }
  }
  places_ = std::move(places);
  looked_at_ = clock_.now();
  return {};
}

Result<InstancePlace> InstancePlaces::find(const std::string& instance) {
  const auto unknown = [&] {
    return fail(ErrorKind::kNotFound, fmt::format("{} is no EC2 instance of any cluster",
                                                  printable(shorten(instance, 80))));
  };
  if (!instance.starts_with("i-") && !instance.starts_with("mi-")) return unknown();
  const std::lock_guard lock(mutex_);
  const auto age = [&] { return looked_at_ ? clock_.now() - *looked_at_ : kKept; };
  auto found = places_.find(instance);
  if (age() >= kKept || (found == places_.end() && age() >= kAtLeast)) {
    if (auto looked = look(); !looked) return fail(looked.error());
    found = places_.find(instance);
  }
  if (found == places_.end()) return unknown();
  return found->second;
}

Result<const aws::Account*> InstancePlaces::account_of(const InstancePlace& place) {
  return accounts_.find(place.account, place.region);
}

}  // namespace livesonic::app
