// SPDX-License-Identifier: Apache-2.0
#include "simulator/world/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

#include "livesonic/base/text.h"
#include "simulator/random.h"

namespace livesonic::simulator {
namespace {

constexpr std::array<const char*, 5> kTypes{"t3.medium", "c6i.large", "m6i.large", "c7g.xlarge",
                                            "r6i.large"};
constexpr int kMostInstancesAtOnce = 10'000;
constexpr Duration kShortestStep{10};
constexpr std::uint64_t kAddressesPerBlock = 250;

// Loopback addresses far from the ones people use; each host can listen on the same port.
std::string address_of(std::uint64_t ordinal) {
  const auto low = ordinal % kAddressesPerBlock + 1;
  const auto middle = ordinal / kAddressesPerBlock % kAddressesPerBlock;
  const auto high = 88 + ordinal / kAddressesPerBlock / kAddressesPerBlock % 100;
  return fmt::format("127.{}.{}.{}", high, middle, low);
}

// The other way round; nullopt for addresses of others.
std::optional<std::uint64_t> ordinal_of(const std::string& address) {
  const auto parts = split(address, '.');
  std::array<std::uint64_t, 4> numbers{};
  if (parts.size() != numbers.size()) return std::nullopt;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const char* last = parts[i].data() + parts[i].size();
    const auto [end, error] = std::from_chars(parts[i].data(), last, numbers[i]);
    if (error != std::errc{} || end != last || numbers[i] > 255) return std::nullopt;
  }
  if (numbers[0] != 127 || numbers[1] < 88 || numbers[3] == 0) return std::nullopt;
  return ((numbers[1] - 88) * kAddressesPerBlock + numbers[2]) * kAddressesPerBlock + numbers[3] -
         1;
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
    : seed_(seed), region_(std::move(region)), utc_offset_(utc_offset), pace_(pace) {
  // Those who look must get further each time.
  pace_.step = std::max(pace_.step, kShortestStep);
  pace_.health_check = std::max(pace_.health_check, kShortestStep);
}

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

const Instance* World::find_at(const std::string& address, Time now) const {
  const auto ordinal = ordinal_of(address);
  const auto found = ordinal ? instances_.find(*ordinal) : instances_.end();
  return found == instances_.end() ? nullptr : find(found->second.id, now);
}

bool World::is_listed(const Instance& instance, Time now) const {
  return now >= instance.launched + pace_.hidden;
}

InstanceState World::state(const Instance& instance, Time now) const {
  if (instance.terminated) {
    return now < *instance.terminated + pace_.shutting_down ? InstanceState::kShuttingDown
                                                            : InstanceState::kTerminated;
  }
  if (instance.stopped) {
    return now < *instance.stopped + pace_.shutting_down ? InstanceState::kStopping
                                                         : InstanceState::kStopped;
  }
  return now < instance.launched + pace_.pending ? InstanceState::kPending
                                                 : InstanceState::kRunning;
}

bool World::answers(const Instance& instance, Time now) const {
  const HostView seen = host(instance, now);
  return state(instance, now) == InstanceState::kRunning &&
         seen.fault != HostFault::kRefuseConnections &&
         seen.fault != HostFault::kIgnoreEverything && !seen.services_down.contains("nginx");
}

Health World::health(const Instance& instance, Time now) const {
  return health(instance, now, instance.launched);
}

Health World::health(const Instance& instance, Time now, Time registered) const {
  const Time running = instance.launched + pace_.pending;
  if (now < std::max(running, registered) + pace_.registering) {
    return {false, "ELB", "Instance registration is still in progress."};
  }
  if (answers(instance, now)) return {true, "N/A", "N/A"};
  switch (state(instance, now)) {
    case InstanceState::kStopping:
    case InstanceState::kStopped:
      return {false, "Instance", "Instance is in stopped state."};
    case InstanceState::kShuttingDown:
    case InstanceState::kTerminated:
      return {false, "Instance", "Instance is in terminated state."};
    default:
      return {false, "Instance",
              "Instance has failed at least the UnhealthyThreshold number of health checks "
              "consecutively."};
  }
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
    if (instance.stopped) consider(*instance.stopped + pace_.shutting_down);
    consider(instance.imposed.fault_until);
  }
  if (const auto due = next_due()) consider(*due);
  return next;
}

std::optional<Time> World::next_due() const {
  std::optional<Time> next;
  for (const auto* agenda : {&leaving_, &interruptions_}) {
    if (!agenda->empty() && (!next || agenda->begin()->first < *next)) {
      next = agenda->begin()->first;
    }
  }
  if (!announcements_.empty() && (!next || announcements_.begin()->first < *next)) {
    next = announcements_.begin()->first;
  }
  for (const auto step : {next_group_step(groups), next_container_step(containers)}) {
    if (step && (!next || *step < *next)) next = step;
  }
  return next;
}

// At the time when it will be so; nothing is kept for nobody.
void World::announce_state(const std::string& id, InstanceState state, Time at) {
  if (queues.queues.contains(queues.event_queue)) announcements_.emplace(at, std::pair{id, state});
}

void World::advance(Time now) {
  settle_targets(targets, now);
  for (auto due = next_due(); due && *due <= now; due = next_due()) {
    while (!announcements_.empty() && announcements_.begin()->first <= *due) {
      const auto [id, state] = announcements_.begin()->second;
      announcements_.erase(announcements_.begin());
      announce_instance(*this, id, "EC2 Instance State-change Notification",
                        fmt::format(R"({{"instance-id":"{}","state":"{}"}})", id, to_string(state)),
                        *due);
    }
    step_groups(*this, *due);
    step_containers(*this, *due);
    while (!leaving_.empty() && leaving_.begin()->first <= *due) {
      leave_balancers(leaving_.begin()->second);
      leaving_.erase(leaving_.begin());
    }
    while (!interruptions_.empty() && interruptions_.begin()->first <= *due) {
      const std::string id = interruptions_.begin()->second;
      interruptions_.erase(interruptions_.begin());
      (void)terminate(id, *due, EndedBy::kSpot);  // or somebody was quicker
    }
  }
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

Result<void> World::delete_balancer(const std::string& name) {
  if (balancers_.erase(name) == 0) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no load balancer '{}'", name));
  }
  return {};
}

Result<void> World::tag_balancer(const std::string& name, const std::string& key,
                                 const std::string& value) {
  const auto found = balancers_.find(name);
  if (found == balancers_.end()) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no load balancer '{}'", name));
  }
  found->second.tags[key] = value;
  return {};
}

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
    if (is_short(made.back().type, made.back().availability_zone)) {
      return fail(ErrorKind::kUnavailable,
                  fmt::format("We currently do not have sufficient {} capacity in the Availability "
                              "Zone you requested ({}). Our system will be working on provisioning "
                              "additional capacity.",
                              made.back().type, made.back().availability_zone));
    }
  }
  ++launches_;
  launched_by_cluster_[plan.cluster] += made.size();
  std::vector<std::string> ids;
  for (Instance& instance : made) {
    instance.ordinal = next_ordinal_++;
    instance.address = address_of(instance.ordinal);
    instance.reservation = reservation;
    for (const auto& [key, value] : plan.tags) instance.tags[key] = value;
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
    request.max_price = "0.200000";
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

bool World::is_short(const std::string& type, const std::string& zone) const {
  return std::ranges::any_of(shortages_, [&](const auto& entry) {
    const auto& [where, on] = entry;
    return on && (where.first.empty() || where.first == type) &&
           (where.second.empty() || where.second == zone);
  });
}

void World::set_shortage(const std::string& type, const std::string& zone, bool on) {
  if (on) {
    shortages_[{type, zone}] = true;
  } else {
    shortages_.erase({type, zone});
  }
}

Result<Instance*> World::existing(const std::string& id, Time now) {
  if (find(id, now) == nullptr) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no instance '{}'", id.substr(0, 64)));
  }
  return &instances_.at(ordinals_.at(id));
}

Result<Instance*> World::living(const std::string& id, Time now) {
  return existing(id, now).and_then([&](Instance* instance) -> Result<Instance*> {
    if (!instance->terminated) return instance;
    return fail(ErrorKind::kConflict, fmt::format("instance {} has been terminated", id));
  });
}

Result<Instance*> World::living_spot(const std::string& id, Time now) {
  return living(id, now).and_then([&](Instance* instance) -> Result<Instance*> {
    if (instance->spot) return instance;
    return fail(ErrorKind::kConflict, fmt::format("instance {} is no spot instance", id));
  });
}

void World::leave_balancers(const std::string& id) {
  for (auto& [name, balancer] : balancers_) {
    std::erase(balancer.instances, id);
    balancer.registered.erase(id);
  }
  forget_target(targets, id);
}

Result<void> World::terminate(const std::string& id, Time now, EndedBy by) {
  return living(id, now).map([&](Instance* instance) {
    instance->terminated = now;
    instance->ended_by = by;
    announce_state(id, InstanceState::kShuttingDown, now);
    announce_state(id, InstanceState::kTerminated, now + pace_.shutting_down);
    if (pace_.lingering == Duration{}) {
      leave_balancers(id);
    } else {
      leaving_.emplace(now + pace_.lingering, id);
    }
  });
}

Result<void> World::stop(const std::string& id, Time now, EndedBy by) {
  return living(id, now).map([&](Instance* instance) {
    if (instance->stopped) return;
    instance->stopped = now;
    instance->ended_by = by;
    announce_state(id, InstanceState::kStopping, now);
    announce_state(id, InstanceState::kStopped, now + pace_.shutting_down);
  });
}

Result<void> World::start(const std::string& id, Time now) {
  return living(id, now).map([&](Instance* instance) {
    if (!instance->stopped) return;
    instance->stopped.reset();
    instance->launched = now;
    announce_state(id, InstanceState::kPending, now);
    announce_state(id, InstanceState::kRunning, now + pace_.pending);
  });
}

Result<void> World::register_with(const std::string& balancer, const std::string& id, Time now) {
  const auto found = balancers_.find(balancer);
  if (found == balancers_.end()) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no load balancer '{}'", balancer));
  }
  return living(id, now).map([&](Instance*) {
    auto& members = found->second.instances;
    if (std::ranges::find(members, id) != members.end()) return;
    members.push_back(id);
    found->second.registered[id] = now;
  });
}

Result<void> World::deregister_from(const std::string& balancer, const std::string& id) {
  const auto found = balancers_.find(balancer);
  if (found == balancers_.end()) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no load balancer '{}'", balancer));
  }
  std::erase(found->second.instances, id);
  found->second.registered.erase(id);
  return {};
}

Result<void> World::deregister(const std::string& id, Time now) {
  return living(id, now).map([&](Instance*) {
    for (auto& [name, balancer] : balancers_) {
      std::erase(balancer.instances, id);
      balancer.registered.erase(id);
    }
    std::vector<std::string> arns;
    for (const auto& [arn, group] : targets.groups) arns.push_back(arn);
    for (const std::string& arn : arns) (void)deregister_target(*this, arn, id, 0, now);
  });
}

Result<void> World::tag(const std::string& id, const std::string& key, const std::string& value,
                        Time now) {
  return existing(id, now).map([&](Instance* instance) { instance->tags[key] = value; });
}

Result<void> World::interrupt(const std::string& id, Time now) {
  constexpr Duration kNotice = std::chrono::minutes{2};
  return living_spot(id, now).map([&](Instance* instance) {
    if (instance->spot->interruption) return;
    instance->spot->interruption = now + kNotice;
    interruptions_.emplace(now + kNotice, id);
    announce_instance(*this, id, "EC2 Spot Instance Interruption Warning",
                      fmt::format(R"({{"instance-id":"{}","instance-action":"terminate"}})", id),
                      now);
  });
}

Result<void> World::recommend_rebalance(const std::string& id, Time now) {
  return living_spot(id, now).map([&](Instance* instance) {
    instance->spot->rebalance_notice = now;
    announce_instance(*this, id, "EC2 Instance Rebalance Recommendation",
                      fmt::format(R"({{"instance-id":"{}"}})", id), now);
  });
}

Result<void> World::schedule(const std::string& id, ScheduledEvent event, Time now) {
  return living(id, now).map([&](Instance* instance) {
    event.id = fmt::format("instance-event-0{:016x}", fresh_word());
    instance->events.push_back(std::move(event));
  });
}

Result<void> World::impair(const std::string& id, bool impaired, Time now) {
  return living(id, now).map([&](Instance* instance) { instance->impaired = impaired; });
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

Result<void> World::add_record(const std::string& zone, ZoneRecord record) {
  const auto found = zones_.find(zone);
  if (found == zones_.end()) {
    return fail(ErrorKind::kNotFound, fmt::format("there is no hosted zone '{}'", zone));
  }
  if (record.name.empty()) record.name = found->second.name;
  if (record.name.back() != '.') record.name += '.';
  if (!record.name.ends_with(found->second.name)) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("'{}' is not within {}", record.name, found->second.name));
  }
  found->second.records.push_back(std::move(record));
  found->second.record_count =
      std::max(found->second.record_count, static_cast<int>(found->second.records.size()) + 2);
  return {};
}

void World::forget_members() {
  for (auto& [name, balancer] : balancers_) balancer.instances.clear();
  for (auto& [arn, group] : targets.groups) group.targets.clear();
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
