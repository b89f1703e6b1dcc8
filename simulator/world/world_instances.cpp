// SPDX-License-Identifier: Apache-2.0
// What befalls a single instance on AWS's side: ended, stopped, interrupted, tagged, announced.
#include <fmt/format.h>

#include <utility>

#include "simulator/world/world.h"

namespace livesonic::simulator {

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
    ++instance->boots;
    announce_state(id, InstanceState::kPending, now);
    announce_state(id, InstanceState::kRunning, now + pace_.pending);
  });
}

Result<void> World::reboot(const std::string& id, Time now) {
  return living(id, now).map([&](Instance* instance) {
    if (!instance->stopped) ++instance->boots;
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

void World::move_spot_prices(SpotMove move, Time now) {
  move_prices(spot_market, std::move(move));
  interrupt_outbid(now);
}

void World::interrupt_outbid(Time now) {
  next_spot_step_.reset();
  for (const auto& [ordinal, instance] : instances_) {
    if (!instance.spot || instance.terminated || instance.spot->interruption) continue;
    // On demand is the most that a spot instance can cost.
    if (instance.spot->max_price >= on_demand_price(instance.type)) continue;
    next_spot_step_ = next_spot_step(now);
    if (spot_price(spot_market, instance.type, instance.availability_zone, now) >
        instance.spot->max_price) {
      (void)interrupt(instance.id, now);  // or it is gone
    }
  }
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

}  // namespace livesonic::simulator
