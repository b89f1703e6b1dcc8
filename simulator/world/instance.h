// SPDX-License-Identifier: Apache-2.0
// One instance of EC2 and the host on it: plain values. The world (world.h) makes and changes them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "simulator/load_curve.h"

namespace livesonic::simulator {

enum class InstanceState { kPending, kRunning, kShuttingDown, kTerminated, kStopping, kStopped };

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
// Of a score: "cpu", "io", "memory", or "danger".
bool is_part(std::string_view text);

// What a person or a scenario imposed on a host; each ends by itself.
struct Impositions {
  std::optional<int> score;
  std::string weak = "cpu";  // the part of it that is so low
  Time score_until{};
  std::map<std::string, Time> services_down;  // name → until
  HostFault fault = HostFault::kNone;
  Time fault_until{};
  Duration delay{};  // before each command answers
  Time delay_until{};
};

// Who had an instance terminated or stopped; EC2 says it by a code and a sentence.
enum class EndedBy {
  kUser,      // an API call, also one by Auto Scaling
  kSpot,      // EC2 took the capacity back
  kItself,    // `shutdown -h` on the host
  kCapacity,  // it never started: there was no capacity
};

// What EC2 announces about an instance's hardware.
struct ScheduledEvent {
  std::string id;    // "instance-event-…"
  std::string code;  // "instance-retirement", "system-reboot", …
  std::string description;
  Time not_before{};
};

// A spot request, fulfilled by one instance.
struct SpotRequest {
  std::string id;  // "sir-…"
  Time created{};
  double max_price = 0;                  // dollars an hour; a market above it takes the instance
  std::optional<Time> rebalance_notice;  // a recommendation to replace it
  std::optional<Time> interruption;      // when EC2 will take it; announced two minutes before
};

struct Instance {
  std::uint64_t ordinal = 0;  // of its launch, among all there ever were
  std::string id;             // "i-" and 17 hexadecimal digits
  std::string reservation;    // instances launched together share one
  std::string cluster;        // the fleet it was launched for; stays when the balancer drops it
  std::map<std::string, std::string> tags;
  std::string availability_zone, type, image_id;
  std::optional<SpotRequest> spot;
  std::string group;  // the Auto Scaling group that launched it, or none
  std::string launch_template;
  int template_version = 0;
  Time launched{};
  std::optional<Time> terminated;  // when AWS was told to
  std::optional<Time> stopped;     // likewise
  EndedBy ended_by = EndedBy::kUser;
  int boots = 1;          // so often it has booted
  bool impaired = false;  // fails EC2's status checks
  std::vector<ScheduledEvent> events;
  std::string address;  // its own loopback address: 127.88.x.y
  std::uint64_t seed = 0;
  LoadCurve curve;
  Impositions imposed;
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
  std::string weak = "cpu";          // what holds the score down; see is_part
  std::optional<Time> interruption;  // what EC2 has announced
  std::optional<Time> rebalance_notice;
  double load = 0;
  int boots = 1;
  std::set<std::string> services_down;
  HostFault fault = HostFault::kNone;
  Duration delay{};
};

}  // namespace livesonic::simulator
