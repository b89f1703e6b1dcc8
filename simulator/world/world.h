// SPDX-License-Identifier: Apache-2.0
// The simulated truth: what exists in the account, how each host feels, and which faults are on.
// A plain model without I/O, threads or a clock: every question and every change is given the time.
// Simulation (simulation.h) guards the one that a server shares.
//
// Instances, classic balancers, zones and faults of AWS are the world's own. What is built on them
// (target groups, Auto Scaling groups, containers, queues, …) has a store each, a file each, and
// free functions that take the world.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "simulator/world/access_keys.h"
#include "simulator/world/containers.h"
#include "simulator/world/groups.h"
#include "simulator/world/instance.h"
#include "simulator/world/instant_fleet.h"
#include "simulator/world/prices.h"
#include "simulator/world/queues.h"
#include "simulator/world/registrations.h"
#include "simulator/world/request_counts.h"
#include "simulator/world/run_commands.h"
#include "simulator/world/targets.h"
#include "simulator/world/throttles.h"
#include "simulator/world/topics.h"

namespace livesonic::simulator {

struct LoadBalancer {
  std::string name, dns_name;
  Time created{};
  std::map<std::string, std::string> tags;
  std::vector<std::string> instances;      // ids, in the order of their registration
  std::map<std::string, Time> registered;  // when, of those registered since they were launched
};

// A record set of a zone: values, or the balancer that it is an alias of.
struct ZoneRecord {
  std::string name;  // ends with a dot
  std::string type;  // "A"
  int ttl = 300;
  std::vector<std::string> values;
  std::string alias_dns_name;  // empty: no alias
};

struct Zone {
  std::string id;  // "Z…", without "/hostedzone/"
  std::string name, caller_reference, comment;
  bool private_zone = false;
  int record_count = 2;  // at least as many as `records` and the two that every zone has
  std::map<std::string, std::string> tags;
  std::vector<ZoneRecord> records;  // beside NS and SOA of the apex
};

enum class AwsFaultKind { kThrottle, kServerError, kTruncate, kHang, kEmptyBalancer, kDeny };

std::string_view to_string(AwsFaultKind kind);
Result<AwsFaultKind> parse_aws_fault(std::string_view text);

// Befalls the next `calls` calls that fit, those before `until`.
struct AwsFault {
  AwsFaultKind kind = AwsFaultKind::kThrottle;
  int calls = 1;
  std::string service;    // "ec2"; empty: any
  std::string operation;  // "DescribeInstances"; empty: any
  Duration hang{};        // for kHang
  Time until = Time::max();
};

// How long the phases of an instance's life last, and how late parts of AWS learn of them.
struct Pace {
  Duration pending = std::chrono::seconds{3};
  Duration registering = std::chrono::seconds{5};  // running, but not yet in service
  Duration shutting_down = std::chrono::seconds{10};
  Duration remembered = std::chrono::hours{1};  // how long EC2 still lists a terminated one
  Duration hidden{};                            // how long DescribeInstances doesn't know a new one
  Duration lingering{};                         // how long balancers still list a terminated one
  Duration draining = std::chrono::seconds{10};  // of targets that are deregistered
  Duration console{};  // from an instance's boot until EC2 has its console's output
  // How often Auto Scaling and ECS look while they have something to do, and while they haven't.
  Duration step = std::chrono::seconds{1};
  Duration health_check = std::chrono::seconds{15};
};

// EC2 has too little of something: of a type, in a zone, on a market ("spot" or "on-demand"), each
// of which may be empty for any. So many can be launched still.
struct Shortage {
  std::string type, zone, market;
  int left = 0;
};
inline constexpr int kPlenty = std::numeric_limits<int>::max();

// What is launched. What is left out follows from the fleet's name.
struct LaunchPlan {
  std::string cluster;
  int count = 1;
  std::map<std::string, std::string> tags;
  bool usual_tags = true;  // Name, Role and Environment too
  std::string zone, type, image;
  std::optional<bool> spot;
  std::optional<double> max_price;  // dollars an hour, if spot; else what it costs on demand
  std::string group, launch_template;
  int template_version = 0;
};

// Not thread-safe.
class World {
 public:
  World(std::uint64_t seed, std::string region, Duration utc_offset, Pace pace);

  // --- what exists ---
  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  [[nodiscard]] const std::string& region() const { return region_; }
  [[nodiscard]] const Pace& pace() const { return pace_; }
  [[nodiscard]] const std::map<std::string, LoadBalancer>& balancers() const { return balancers_; }
  [[nodiscard]] const std::map<std::string, Zone>& zones() const { return zones_; }
  // In the order of their launch; terminated ones stay for Pace::remembered.
  [[nodiscard]] std::vector<const Instance*> instances(Time now) const;
  [[nodiscard]] const Instance* find(const std::string& id, Time now) const;
  [[nodiscard]] const Instance* find_at(const std::string& address, Time now) const;
  // Whether EC2's descriptions have heard of it yet.
  [[nodiscard]] bool is_listed(const Instance& instance, Time now) const;
  [[nodiscard]] InstanceState state(const Instance& instance, Time now) const;
  // As a balancer sees it with which it was registered when it was launched, or at `registered`.
  [[nodiscard]] Health health(const Instance& instance, Time now) const;
  [[nodiscard]] Health health(const Instance& instance, Time now, Time registered) const;
  // Whether it answers a health check.
  [[nodiscard]] bool answers(const Instance& instance, Time now) const;
  [[nodiscard]] HostView host(const Instance& instance, Time now) const;
  // The earliest moment after `now` at which a host or a state changes by itself.
  [[nodiscard]] std::optional<Time> next_change(Time now) const;

  // Lets happen what is due by `now`. Cheap when nothing is.
  void advance(Time now);

  // --- changes; errors name what does not exist or is out of range ---
  Result<void> add_balancer(const std::string& name, Time now);
  Result<void> remove_balancer(const std::string& name, Time now);  // terminates its instances
  Result<void> delete_balancer(const std::string& name);            // leaves them alone
  Result<void> tag_balancer(const std::string& name, const std::string& key,
                            const std::string& value);
  // The new ids. kUnavailable where there is no capacity. A `launched` in the past makes them
  // running at once.
  Result<std::vector<std::string>> launch(const LaunchPlan& plan, Time launched);
  // Launches and registers.
  Result<std::vector<std::string>> launch(const std::string& balancer, int count,
                                          const std::map<std::string, std::string>& extra_tags,
                                          Time launched);
  // Drops the oldest `count` from the balancer and terminates them; their ids.
  Result<std::vector<std::string>> retire(const std::string& balancer, int count, Time now);
  Result<void> terminate(const std::string& id, Time now, EndedBy by = EndedBy::kUser);
  Result<void> stop(const std::string& id, Time now, EndedBy by = EndedBy::kUser);
  Result<void> start(const std::string& id, Time now);
  Result<void> reboot(const std::string& id, Time now);
  Result<void> register_with(const std::string& balancer, const std::string& id, Time now);
  Result<void> deregister_from(const std::string& balancer, const std::string& id);
  // From all balancers and target groups; stays running.
  Result<void> deregister(const std::string& id, Time now);
  Result<void> tag(const std::string& id, const std::string& key, const std::string& value,
                   Time now);
  // EC2 will take the spot instance after the two minutes that it always gives.
  Result<void> interrupt(const std::string& id, Time now);
  // Prices move, and the instances whose maximum is exceeded are interrupted.
  void move_spot_prices(SpotMove move, Time now);
  Result<void> recommend_rebalance(const std::string& id, Time now);
  Result<void> schedule(const std::string& id, ScheduledEvent event, Time now);
  Result<void> impair(const std::string& id, bool impaired, Time now);
  // Begins, or takes the place of one for the same; `over` ends it.
  void set_shortage(Shortage shortage, bool over = false);
  // How many more of this type can be launched in this zone; kPlenty when it isn't short.
  [[nodiscard]] int capacity(const std::string& type, const std::string& zone, bool spot) const;
  Result<void> impose_score(const std::string& id, int score, Time now, Duration lasting,
                            const std::string& weak = "cpu");
  Result<void> impose_service_down(const std::string& id, const std::string& service, Time now,
                                   Duration lasting);
  Result<void> impose_fault(const std::string& id, HostFault fault, Time now, Duration lasting);
  Result<void> impose_delay(const std::string& id, Duration delay, Time now, Duration lasting);
  Result<void> relieve(const std::string& id, Time now);  // ends everything imposed on the host
  Result<std::string> add_zone(Zone zone);                // the id, made up when empty
  Result<void> remove_zone(const std::string& id);
  Result<void> add_record(const std::string& zone, ZoneRecord record);
  void forget_members();  // empties every balancer without touching an instance

  void add_aws_fault(AwsFault fault) { aws_faults_.push_back(std::move(fault)); }
  void clear_aws_faults() { aws_faults_.clear(); }
  [[nodiscard]] const std::vector<AwsFault>& aws_faults() const { return aws_faults_; }
  // The fault that befalls this call, used up by one.
  std::optional<AwsFault> take_aws_fault(const std::string& service, const std::string& operation,
                                         Time now);

  // A word that no earlier call has returned, for ids: the same in every run of the same story.
  std::uint64_t fresh_word() { return mixed(words_++); }

  TargetStore targets;
  GroupStore groups;
  ContainerStore containers;
  QueueStore queues;
  TopicStore topics;
  FleetStore fleets;
  RunCommandStore commands;
  RegistrationStore registrations;
  RequestStore requests;
  PushedKeyStore pushed_keys;
  ThrottleStore throttles;
  SpotMarket spot_market;

 private:
  Instance make_instance(const LaunchPlan& plan, std::uint64_t nth, Time launched) const;
  [[nodiscard]] std::uint64_t mixed(std::uint64_t word) const;
  // The first of the instances for which there is no capacity; nullptr when there is enough.
  [[nodiscard]] const Instance* first_too_many(const std::vector<Instance>& made) const;
  void use_capacity(const Instance& launched);
  Result<Instance*> existing(const std::string& id, Time now);
  Result<Instance*> living(const std::string& id, Time now);
  Result<Instance*> living_spot(const std::string& id, Time now);
  void interrupt_outbid(Time now);
  void leave_balancers(const std::string& id);
  void announce_state(const std::string& id, InstanceState state, Time at);
  void forget_long_gone(Time now);
  [[nodiscard]] std::optional<Time> next_due() const;

  std::uint64_t seed_;
  std::string region_;
  Duration utc_offset_;
  Pace pace_;
  std::map<std::string, LoadBalancer> balancers_;
  std::map<std::uint64_t, Instance> instances_;  // by ordinal
  std::unordered_map<std::string, std::uint64_t> ordinals_;
  std::uint64_t next_ordinal_ = 0;
  std::map<std::string, std::uint64_t> launched_by_cluster_;  // how many there ever were
  std::uint64_t launches_ = 0;
  std::uint64_t words_ = 0;
  std::map<std::string, Zone> zones_;
  std::vector<AwsFault> aws_faults_;
  std::multimap<Time, std::string> leaving_;        // from the balancers, then
  std::multimap<Time, std::string> interruptions_;  // of spot instances
  std::multimap<Time, std::pair<std::string, InstanceState>> announcements_;  // to come
  std::vector<Shortage> shortages_;
  std::optional<Time> next_spot_step_;  // of prices that may exceed somebody's maximum
};

}  // namespace livesonic::simulator
