// SPDX-License-Identifier: Apache-2.0
// What a person or a scenario imposes on a host.
#include <fmt/format.h>

#include "simulator/world/world.h"

namespace livesonic::simulator {
namespace {

Time until(Time now, Duration lasting) {
  return lasting > Time::max() - now ? Time::max() : now + lasting;
}

}  // namespace

bool is_part(std::string_view text) {
  return text == "cpu" || text == "io" || text == "memory" || text == "danger";
}

Result<void> World::impose_score(const std::string& id, int score, Time now, Duration lasting,
                                 const std::string& weak) {
  if (score < 1 || score > 100) {
    return fail(ErrorKind::kInvalidInput, fmt::format("{} is no score: 1 to 100", score));
  }
  if (!is_part(weak)) {
    return fail(ErrorKind::kInvalidInput, "a part of a score is cpu, io, memory or danger");
  }
  return living(id, now).map([&](Instance* instance) {
    instance->imposed.score = score;
    instance->imposed.weak = weak;
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

}  // namespace livesonic::simulator
