// SPDX-License-Identifier: Apache-2.0
#include "simulator/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "simulator/random.h"

namespace livesonic::simulator {
namespace {

constexpr std::array<const char*, 5> kTypes{"t3.medium", "c6i.large", "m6i.large", "c7g.xlarge",
                                            "r6i.large"};
constexpr int kMostInstancesAtOnce = 10'000;
constexpr std::uint64_t kAddressesPerBlock = 250;

// Loopback addresses far from the ones people use; each host can listen on the same port.
std::string address_of(std::uint64_t ordinal) {
  const auto low = ordinal % kAddressesPerBlock + 1;
  const auto middle = ordinal / kAddressesPerBlock % kAddressesPerBlock;
  const auto high = 88 + ordinal / kAddressesPerBlock / kAddressesPerBlock % 100;
  return fmt::format("127.{}.{}.{}", high, middle, low);
}

Time until(Time now, Duration lasting) {
  return lasting > Time::max() - now ? Time::max() : now + lasting;
}

std::string zone_id(std::uint64_t seed, std::string_view name) {
  std::string id = "Z";
  for (std::uint64_t word = mix(mix(seed, "zone"), name); id.size() < 14; word = mix(word, 1)) {
    id += "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[word % 36];
  }
  return id;
}

}  // namespace

World::World(std::uint64_t seed, std::string region, Duration utc_offset, Pace pace)
    : seed_(seed), region_(std::move(region)), utc_offset_(utc_offset), pace_(pace) {}

std::vector<const Instance*> World::instances(Time now) const {
  std::vector<const Instance*> listed;
  listed.reserve(instances_.size());
  for (const auto& [ordinal, instance] : instances_) {
    if (find(instance.id, now) != nullptr) listed.push_back(&instance);
  }
  return listed;
}

const Instance* World::find(const std::string& id, Time now) const {
  const auto found = ordinals_.find(id);
  if (found == ordinals_.end()) return nullptr;
  const Instance& instance = instances_.at(found->second);
  if (instance.terminated && now >= *instance.terminated + pace_.remembered) return nullptr;
  return &instance;
}

InstanceState World::state(const Instance& instance, Time now) const {
  if (instance.terminated) {
    return now < *instance.terminated + pace_.shutting_down ? InstanceState::kShuttingDown
                                                            : InstanceState::kTerminated;
  }
  return now < instance.launched + pace_.pending ? InstanceState::kPending
                                                 : InstanceState::kRunning;
}

Health World::health(const Instance& instance, Time now) const {
  if (now < instance.launched + pace_.pending + pace_.registering) {
    return {false, "ELB", "Instance registration is still in progress."};
  }
  const HostView seen = host(instance, now);
  const bool answers = state(instance, now) == InstanceState::kRunning &&
                       seen.fault != HostFault::kRefuseConnections &&
                       seen.fault != HostFault::kIgnoreEverything &&
                       !seen.services_down.contains("nginx");
  if (answers) return {true, "N/A", "N/A"};
  return {false, "Instance",
          "Instance has failed at least the UnhealthyThreshold number of health checks "
          "consecutively."};
}

HostView World::host(const Instance& instance, Time now) const {
  const Impositions& imposed = instance.imposed;
  HostView view;
  view.id = instance.id;
  const auto name = instance.tags.find("Name");
  view.name = name == instance.tags.end() ? instance.id : name->second;
  view.address = instance.address;
  view.seed = instance.seed;
  view.load = load_at(instance.curve, now);
  view.score = score_at(instance.curve, now);
  if (imposed.score && now < imposed.score_until) {
    view.score = *imposed.score;
    view.load = (100 - view.score) / 55.0;
  }
  for (const auto& [service, end] : imposed.services_down) {
    if (now < end) view.services_down.insert(service);
  }
  if (now < imposed.fault_until) view.fault = imposed.fault;
  if (now < imposed.delay_until) view.delay = imposed.delay;
  return view;
}

std::optional<Time> World::next_change(Time now) const {
  std::optional<Time> next;
  const auto consider = [&](Time at) {
    if (at > now && at != Time::max() && (!next || at < *next)) next = at;
  };
  for (const auto& [ordinal, instance] : instances_) {
    consider(instance.launched + pace_.pending);
    if (instance.terminated) consider(*instance.terminated + pace_.shutting_down);
    consider(instance.imposed.fault_until);
  }
  return next;
}

Result<void> World::add_balancer(const std::string& name, Time now) {
  const bool fits =
      !name.empty() && name.size() <= 32 && std::ranges::all_of(name, [](unsigned char c) {
        return c == '-' || (c < 0x80 && std::isalnum(c) != 0);
      });
  if (!fits) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("'{}' is no load balancer name: 1 to 32 letters, digits and hyphens",
                            name.substr(0, 64)));
  }
  if (balancers_.contains(name)) {
    return fail(ErrorKind::kConflict, fmt::format("load balancer '{}' exists already", name));
  }
  LoadBalancer balancer;
  balancer.name = name;
  balancer.dns_name = fmt::format("{}-{:010}.{}.elb.amazonaws.com", name,
                                  mix(mix(seed_, "dns"), name) % 10'000'000'000ULL, region_);
  balancer.created = now;
  balancers_.emplace(name, std::move(balancer));
  return {};
}

Result<void> World::remove_balancer(const std::string& name, Time now) {
  const auto found = balancers_.find(name);
  if (found == balancers_.end()) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no load balancer '{}'", name));
  }
  for (const std::string& id : std::exchange(found->second.instances, {})) {
    if (auto done = terminate(id, now); !done) return done;
  }
  balancers_.erase(name);
  return {};
}

Result<std::vector<std::string>> World::launch(const std::string& balancer, int count,
                                               const std::map<std::string, std::string>& extra_tags,
                                               Time launched) {
  const auto found = balancers_.find(balancer);
  if (found == balancers_.end()) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no load balancer '{}'", balancer));
  }
  if (count < 0 || count > kMostInstancesAtOnce) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("{} instances can't be launched at once: 0 to {}", count,
                            kMostInstancesAtOnce));
  }
  forget_long_gone(launched);
  // The fleet's name is the balancer's without the customary ending.
  std::string cluster = balancer;
  if (cluster.ends_with("-elb") && cluster.size() > 4) cluster.resize(cluster.size() - 4);
  const std::string reservation =
      fmt::format("r-0{:016x}", mix(mix(seed_, "reservation"), launches_++));
  std::vector<std::string> ids;
  for (int i = 0; i < count; ++i) {
    Instance instance = make_instance(cluster, launched_by_cluster_[cluster]++, launched);
    instance.ordinal = next_ordinal_++;
    instance.address = address_of(instance.ordinal);
    instance.reservation = reservation;
    for (const auto& [key, value] : extra_tags) instance.tags[key] = value;
    ids.push_back(instance.id);
    found->second.instances.push_back(instance.id);
    ordinals_.emplace(instance.id, instance.ordinal);
    instances_.emplace(instance.ordinal, std::move(instance));
  }
  return ids;
}

Instance World::make_instance(const std::string& cluster, std::uint64_t nth, Time launched) const {
  const std::uint64_t seed = mix(mix(mix(seed_, "instance"), cluster), nth);
  const bool nightly = cluster.find("batch") != std::string::npos;
  Instance instance;
  instance.id = fmt::format("i-0{:016x}", mix(seed, "id"));
  instance.cluster = cluster;
  instance.seed = seed;
  instance.tags = {{"Name", fmt::format("{}-{:02}", cluster, nth + 1)},
                   {"Role", cluster},
                   {"Environment", "production"}};
  instance.availability_zone = region_ + "acd"[nth % 3];
  instance.type = kTypes[mix(mix(seed_, "type"), cluster) % kTypes.size()];
  instance.image_id = fmt::format("ami-0{:016x}", mix(mix(seed_, "image"), cluster));
  instance.spot = unit(mix(seed, "spot")) < (nightly ? 0.5 : 0.2);
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

Result<Instance*> World::living(const std::string& id, Time now) {
  if (find(id, now) == nullptr) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no instance '{}'", id.substr(0, 64)));
  }
  Instance& instance = instances_.at(ordinals_.at(id));
  if (instance.terminated) {
    return fail(ErrorKind::kConflict, fmt::format("instance {} has been terminated", id));
  }
  return &instance;
}

Result<void> World::terminate(const std::string& id, Time now) {
  return living(id, now).map([&](Instance* instance) {
    instance->terminated = now;
    for (auto& [name, balancer] : balancers_) std::erase(balancer.instances, id);
  });
}

Result<void> World::deregister(const std::string& id, Time now) {
  return living(id, now).map([&](Instance*) {
    for (auto& [name, balancer] : balancers_) std::erase(balancer.instances, id);
  });
}

Result<void> World::impose_score(const std::string& id, int score, Time now, Duration lasting) {
  if (score < 1 || score > 100) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{} is no score: 1 to 100", score));
  }
  return living(id, now).map([&](Instance* instance) {
    instance->imposed.score = score;
    instance->imposed.score_until = until(now, lasting);
  });
}

Result<void> World::impose_service_down(const std::string& id, const std::string& service, Time now,
                                        Duration lasting) {
  if (service.empty() || service.size() > 128) {
    return fail(ErrorKind::kInvalidInput, "a service's name has 1 to 128 characters");
  }
  return living(id, now).map([&](Instance* instance) {
    std::erase_if(instance->imposed.services_down,
                  [&](const auto& down) { return down.second <= now; });
    instance->imposed.services_down[service] = until(now, lasting);
  });
}

Result<void> World::impose_fault(const std::string& id, HostFault fault, Time now,
                                 Duration lasting) {
  return living(id, now).map([&](Instance* instance) {
    instance->imposed.fault = fault;
    instance->imposed.fault_until = until(now, lasting);
  });
}

Result<void> World::impose_delay(const std::string& id, Duration delay, Time now,
                                 Duration lasting) {
  return living(id, now).map([&](Instance* instance) {
    instance->imposed.delay = delay;
    instance->imposed.delay_until = until(now, lasting);
  });
}

Result<void> World::relieve(const std::string& id, Time now) {
  return living(id, now).map([](Instance* instance) { instance->imposed = {}; });
}

Result<std::string> World::add_zone(Zone zone) {
  if (zone.name.empty() || zone.name.size() > 255) {
    return fail(ErrorKind::kInvalidInput, "a zone's name has 1 to 255 characters");
  }
  if (zone.name.back() != '.') zone.name += '.';
  if (zone.caller_reference.empty()) {
    zone.caller_reference = fmt::format("simulated-{:016x}", mix(mix(seed_, "ref"), zone.name));
  }
  if (zone.id.empty()) {
    zone.id = zone_id(seed_, zone.name + zone.caller_reference);
  }
  const std::string id = zone.id;
  if (!zones_.emplace(id, std::move(zone)).second) {
    return fail(ErrorKind::kConflict, fmt::format("there is a hosted zone {} already", id));
  }
  return id;
}

Result<void> World::remove_zone(const std::string& id) {
  if (zones_.erase(id) == 0) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no hosted zone '{}'", id));
  }
  return {};
}

void World::forget_members() {
  for (auto& [name, balancer] : balancers_) balancer.instances.clear();
}

std::optional<AwsFault> World::take_aws_fault(const std::string& service,
                                              const std::string& operation) {
  const auto fits = [&](const AwsFault& fault) {
    return fault.calls > 0 && (fault.service.empty() || fault.service == service) &&
           (fault.operation.empty() || fault.operation == operation);
  };
  const auto found = std::ranges::find_if(aws_faults_, fits);
  if (found == aws_faults_.end()) return std::nullopt;
  AwsFault taken = *found;
  if (--found->calls == 0) aws_faults_.erase(found);
  return taken;
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
