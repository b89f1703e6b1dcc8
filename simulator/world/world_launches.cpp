// SPDX-License-Identifier: Apache-2.0
// Launching instances and retiring them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "simulator/random.h"
#include "simulator/world/addresses.h"
#include "simulator/world/prices.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

constexpr std::array<const char*, 5> kTypes{"t3.medium", "c6i.large", "m6i.large", "c7g.xlarge",
                                            "r6i.large"};
constexpr int kMostInstancesAtOnce = 10'000;

bool concerns(const Shortage& shortage, const std::string& type, const std::string& zone,
              bool spot) {
  const auto fits = [](const std::string& meant, std::string_view given) {
    return meant.empty() || meant == given;
  };
  return fits(shortage.type, type) && fits(shortage.zone, zone) &&
         fits(shortage.market, spot ? "spot" : "on-demand");
}

}  // namespace

Result<std::vector<std::string>> World::launch(const LaunchPlan& plan, Time launched) {
  if (plan.count < 0 || plan.count > kMostInstancesAtOnce) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("{} instances can't be launched at once: 0 to {}", plan.count,
                            kMostInstancesAtOnce));
  }
  forget_long_gone(launched);
  const std::string reservation =
      fmt::format("r-0{:016x}", mix(mix(seed_, "reservation"), launches_));
  std::vector<Instance> made;
  const std::uint64_t nth = launched_by_cluster_[plan.cluster];
  for (int i = 0; i < plan.count; ++i) {
    made.push_back(make_instance(plan, nth + static_cast<std::uint64_t>(i), launched));
  }
  if (const Instance* one = first_too_many(made)) {
    return fail(ErrorKind::kUnavailable,
                fmt::format("We currently do not have sufficient {} capacity in the Availability "
                            "Zone you requested ({}). Our system will be working on provisioning "
                            "additional capacity.",
                            one->type, one->availability_zone));
  }
  ++launches_;
  launched_by_cluster_[plan.cluster] += made.size();
  std::vector<std::string> ids;
  for (Instance& instance : made) {
    instance.ordinal = next_ordinal_++;
    instance.address = address_of(instance.ordinal);
    instance.reservation = reservation;
    for (const auto& [key, value] : plan.tags) instance.tags[key] = value;
    use_capacity(instance);
    if (instance.spot && instance.spot->max_price < on_demand_price(instance.type) &&
        !next_spot_step_) {
      next_spot_step_ = next_spot_step(launched);
    }
    announce_state(instance.id, InstanceState::kPending, launched);
    announce_state(instance.id, InstanceState::kRunning, launched + pace_.pending);
    ids.push_back(instance.id);
    ordinals_.emplace(instance.id, instance.ordinal);
    instances_.emplace(instance.ordinal, std::move(instance));
  }
  return ids;
}

Result<std::vector<std::string>> World::launch(const std::string& balancer, int count,
                                               const std::map<std::string, std::string>& extra_tags,
                                               Time launched) {
  const auto found = balancers_.find(balancer);
  if (found == balancers_.end()) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no load balancer '{}'", balancer));
  }
  LaunchPlan plan;
  // The fleet's name is the balancer's without the customary ending.
  plan.cluster = balancer;
  if (balancer.ends_with("-elb") && balancer.size() > 4) plan.cluster.resize(balancer.size() - 4);
  plan.count = count;
  plan.tags = extra_tags;
  return launch(plan, launched).map([&](std::vector<std::string> ids) {
    found->second.instances.insert(found->second.instances.end(), ids.begin(), ids.end());
    return ids;
  });
}

Instance World::make_instance(const LaunchPlan& plan, std::uint64_t nth, Time launched) const {
  const std::string& cluster = plan.cluster;
  const std::uint64_t seed = mix(mix(mix(seed_, "instance"), cluster), nth);
  const bool nightly = cluster.find("batch") != std::string::npos;
  Instance instance;
  instance.id = fmt::format("i-0{:016x}", mix(seed, "id"));
  instance.cluster = cluster;
  instance.seed = seed;
  if (plan.usual_tags) {
    instance.tags = {{"Name", fmt::format("{}-{:02}", cluster, nth + 1)},
                     {"Role", cluster},
                     {"Environment", "production"}};
  }
  instance.availability_zone = plan.zone.empty() ? region_ + "acd"[nth % 3] : plan.zone;
  instance.type =
      plan.type.empty() ? kTypes[mix(mix(seed_, "type"), cluster) % kTypes.size()] : plan.type;
  instance.image_id = plan.image.empty()
                          ? fmt::format("ami-0{:016x}", mix(mix(seed_, "image"), cluster))
                          : plan.image;
  if (plan.spot.value_or(unit(mix(seed, "spot")) < (nightly ? 0.5 : 0.2))) {
    SpotRequest request;
    request.id = fmt::format("sir-{:08x}", mix(seed, "request") & 0xffffffffU);
    request.created = launched;
    request.max_price = plan.max_price.value_or(on_demand_price(instance.type));
    instance.spot = std::move(request);
  }
  instance.group = plan.group;
  instance.launch_template = plan.launch_template;
  instance.template_version = plan.template_version;
  instance.launched = launched;
  instance.curve = {seed, nightly ? LoadShape::kNightly : LoadShape::kBusinessDay, utc_offset_};
  return instance;
}

Result<std::vector<std::string>> World::retire(const std::string& balancer, int count, Time now) {
  const auto found = balancers_.find(balancer);
  if (found == balancers_.end()) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no load balancer '{}'", balancer));
  }
  const std::size_t there = found->second.instances.size();
  if (count < 0 || static_cast<std::size_t>(count) > there) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("{} instances can't be retired: load balancer '{}' has {}", count,
                            balancer, there));
  }
  const std::vector<std::string> ids(found->second.instances.begin(),
                                     found->second.instances.begin() + count);
  for (const std::string& id : ids) {
    if (auto done = terminate(id, now); !done) return fail(done.error());
  }
  return ids;
}

std::uint64_t World::mixed(std::uint64_t word) const {
  return mix(mix(seed_, "word"), word);
}

void World::set_shortage(Shortage shortage, bool over) {
  std::erase_if(shortages_, [&](const Shortage& one) {
    return one.type == shortage.type && one.zone == shortage.zone && one.market == shortage.market;
  });
  if (!over) shortages_.push_back(std::move(shortage));
}

int World::capacity(const std::string& type, const std::string& zone, bool spot) const {
  int least = kPlenty;
  for (const Shortage& shortage : shortages_) {
    if (concerns(shortage, type, zone, spot)) least = std::min(least, shortage.left);
  }
  return least;
}

const Instance* World::first_too_many(const std::vector<Instance>& made) const {
  std::vector<int> used(shortages_.size());
  for (const Instance& instance : made) {
    for (std::size_t i = 0; i < shortages_.size(); ++i) {
      if (concerns(shortages_[i], instance.type, instance.availability_zone,
                   instance.spot.has_value()) &&
          ++used[i] > shortages_[i].left) {
        return &instance;
      }
    }
  }
  return nullptr;
}

void World::use_capacity(const Instance& launched) {
  for (Shortage& shortage : shortages_) {
    if (concerns(shortage, launched.type, launched.availability_zone, launched.spot.has_value())) {
      --shortage.left;
    }
  }
}

void World::forget_long_gone(Time now) {
  std::erase_if(instances_, [&](const auto& entry) {
    const Instance& instance = entry.second;
    if (find(instance.id, now) != nullptr) return false;
    ordinals_.erase(instance.id);
    return true;
  });
}

}  // namespace livesonic::simulator
