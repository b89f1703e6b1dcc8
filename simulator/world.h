// SPDX-License-Identifier: Apache-2.0
// The simulated truth: what exists in the account, how each host feels, and which faults are on.
// A plain model without I/O, threads or a clock: every question and every change is given the time.
// Simulation (simulation.h) guards the one that a server shares.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "simulator/load_curve.h"

namespace livesonic::simulator {

enum class InstanceState { kPending, kRunning, kShuttingDown, kTerminated };

// How a host misbehaves towards SSH clients.
enum class HostFault {
  kNone,
  kRefuseConnections,  // nothing listens; what was connected is cut
  kIgnoreEverything,   // takes connections and never says a word; open sessions fall silent
  kRefuseKeys,         // authentication fails
  kChangedHostKey,     // presents another host key than before
  kHangCommands,       // commands start and never end
  kGarbage,            // commands answer bytes that mean nothing
  kFlood,              // commands answer ten megabytes
  kCloseMidCommand,    // the connection breaks after half an answer
};

std::string_view to_string(InstanceState state);
std::string_view to_string(HostFault fault);
Result<HostFault> parse_host_fault(std::string_view text);

// What a person or a scenario imposed on a host; each ends by itself.
struct Impositions {
  std::optional<int> score;
  Time score_until{};
  std::map<std::string, Time> services_down;  // name → until
  HostFault fault = HostFault::kNone;
  Time fault_until{};
  Duration delay{};  // before each command answers
  Time delay_until{};
};

struct Instance {
  std::uint64_t ordinal = 0;  // of its launch, among all there ever were
  std::string id;             // "i-" and 17 hexadecimal digits
  std::string reservation;    // instances launched together share one
  std::string cluster;        // the fleet it was launched for; stays when the balancer drops it
  std::map<std::string, std::string> tags;
  std::string availability_zone, type, image_id;
  bool spot = false;
  Time launched{};
  std::optional<Time> terminated;  // when AWS was told to
  std::string address;             // its own loopback address: 127.88.x.y
  std::uint64_t seed = 0;
  LoadCurve curve;
  Impositions imposed;
};

struct LoadBalancer {
  std::string name, dns_name;
  Time created{};
  std::vector<std::string> instances;  // ids, in the order of their registration
};

struct Zone {
  std::string id;  // "Z…", without "/hostedzone/"
  std::string name, caller_reference, comment;
  bool private_zone = false;
  int record_count = 2;
};

enum class AwsFaultKind { kThrottle, kServerError, kTruncate, kHang, kEmptyBalancer };

std::string_view to_string(AwsFaultKind kind);
Result<AwsFaultKind> parse_aws_fault(std::string_view text);

// Befalls the next `calls` calls that fit.
struct AwsFault {
  AwsFaultKind kind = AwsFaultKind::kThrottle;
  int calls = 1;
  std::string service;    // "ec2"; empty: any
  std::string operation;  // "DescribeInstances"; empty: any
  Duration hang{};        // for kHang
};

// What the balancer says of one of its instances.
struct Health {
  bool in_service = false;
  std::string reason, description;
};

// A host as an SSH client meets it at one moment.
struct HostView {
  std::string id, name, address;
  std::uint64_t seed = 0;
  int score = 100;
  double load = 0;
  std::set<std::string> services_down;
  HostFault fault = HostFault::kNone;
  Duration delay{};
};

// How long the phases of an instance's life last.
struct Pace {
  Duration pending = std::chrono::seconds{3};
  Duration registering = std::chrono::seconds{5};  // running, but not yet in service
  Duration shutting_down = std::chrono::seconds{10};
  Duration remembered = std::chrono::hours{1};  // how long EC2 still lists a terminated one
};

// Not thread-safe.
class World {
 public:
  World(std::uint64_t seed, std::string region, Duration utc_offset, Pace pace);

  // --- what exists ---
  [[nodiscard]] const std::string& region() const { return region_; }
  [[nodiscard]] const std::map<std::string, LoadBalancer>& balancers() const { return balancers_; }
  [[nodiscard]] const std::map<std::string, Zone>& zones() const { return zones_; }
  // In the order of their launch; terminated ones stay for Pace::remembered.
  [[nodiscard]] std::vector<const Instance*> instances(Time now) const;
  [[nodiscard]] const Instance* find(const std::string& id, Time now) const;
  [[nodiscard]] InstanceState state(const Instance& instance, Time now) const;
  [[nodiscard]] Health health(const Instance& instance, Time now) const;
  [[nodiscard]] HostView host(const Instance& instance, Time now) const;
  // The earliest moment after `now` at which a host or a state changes by itself.
  [[nodiscard]] std::optional<Time> next_change(Time now) const;

  // --- changes; errors name what does not exist or is out of range ---
  Result<void> add_balancer(const std::string& name, Time now);
  Result<void> remove_balancer(const std::string& name, Time now);  // terminates its instances
  // Launches and registers; the new ids. A `launched` in the past makes them running at once.
  Result<std::vector<std::string>> launch(const std::string& balancer, int count,
                                          const std::map<std::string, std::string>& extra_tags,
                                          Time launched);
  // Drops the oldest `count` from the balancer and terminates them; their ids.
  Result<std::vector<std::string>> retire(const std::string& balancer, int count, Time now);
  Result<void> terminate(const std::string& id, Time now);
  Result<void> deregister(const std::string& id, Time now);  // stays running
  Result<void> impose_score(const std::string& id, int score, Time now, Duration lasting);
  Result<void> impose_service_down(const std::string& id, const std::string& service, Time now,
                                   Duration lasting);
  Result<void> impose_fault(const std::string& id, HostFault fault, Time now, Duration lasting);
  Result<void> impose_delay(const std::string& id, Duration delay, Time now, Duration lasting);
  Result<void> relieve(const std::string& id, Time now);  // ends everything imposed on the host
  Result<std::string> add_zone(Zone zone);                // the id, made up when empty
  Result<void> remove_zone(const std::string& id);
  void forget_members();  // empties every balancer without touching an instance

  void add_aws_fault(AwsFault fault) { aws_faults_.push_back(std::move(fault)); }
  void clear_aws_faults() { aws_faults_.clear(); }
  [[nodiscard]] const std::vector<AwsFault>& aws_faults() const { return aws_faults_; }
  // The fault that befalls this call, used up by one.
  std::optional<AwsFault> take_aws_fault(const std::string& service, const std::string& operation);

 private:
  Instance make_instance(const std::string& cluster, std::uint64_t nth, Time launched) const;
  Result<Instance*> living(const std::string& id, Time now);
  void forget_long_gone(Time now);

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
  std::map<std::string, Zone> zones_;
  std::vector<AwsFault> aws_faults_;
};

}  // namespace livesonic::simulator
