// SPDX-License-Identifier: Apache-2.0
// What exists at a moment, and what happens by itself.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "livesonic/base/text.h"
#include "simulator/world/addresses.h"
#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

constexpr Duration kShortestStep{10};

}  // namespace

World::World(std::uint64_t seed, std::string region, Duration utc_offset, Pace pace)
    : seed_(seed), region_(std::move(region)), utc_offset_(utc_offset), pace_(pace) {
  // Those who look must get further each time.
  pace_.step = std::max(pace_.step, kShortestStep);
  pace_.health_check = std::max(pace_.health_check, kShortestStep);
  spot_market.seed = seed;
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
  view.boots = instance.boots;
  view.load = load_at(instance.curve, now);
  view.score = score_at(instance.curve, now);
  if (imposed.score && now < imposed.score_until) {
    view.score = *imposed.score;
    view.weak = imposed.weak;
    view.load = (100 - view.score) / 55.0;
  }
  for (const auto& [service, end] : imposed.services_down) {
    if (now < end) view.services_down.insert(service);
  }
  if (instance.spot) {
    view.interruption = instance.spot->interruption;
    view.rebalance_notice = instance.spot->rebalance_notice;
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
  for (const auto step :
       {next_group_step(groups), next_container_step(containers), next_spot_step_}) {
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
    if (next_spot_step_ && *next_spot_step_ <= *due) interrupt_outbid(*due);
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

std::optional<AwsFault> World::take_aws_fault(const std::string& service,
                                              const std::string& operation, Time now) {
  std::erase_if(aws_faults_, [&](const AwsFault& fault) { return fault.until <= now; });
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

}  // namespace livesonic::simulator
