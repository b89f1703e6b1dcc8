// SPDX-License-Identifier: Apache-2.0
// Changes of one host: what is imposed on it, and what becomes of its instance.
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "simulator/control/changes.h"

namespace livesonic::simulator {
namespace {

using HostChange = std::function<Result<void>(World&, const std::string& id, Time now)>;

HostChange impose(const std::string& what, Fields& fields) {
  const Duration lasting = fields.lasting();
  if (what == "score") {
    return [score = fields.whole("score"), weak = fields.text("part", "cpu"), lasting](
               World& world, const std::string& id, Time now) {
      return world.impose_score(id, score, now, lasting, weak);
    };
  }
  if (what == "service-down") {
    return
        [service = fields.text("service"), lasting](World& world, const std::string& id, Time now) {
          return world.impose_service_down(id, service, now, lasting);
        };
  }
  if (what == "fault") {
    const HostFault fault = fields.parsed("fault", parse_host_fault(fields.text("fault")));
    return [=](World& world, const std::string& id, Time now) {
      return world.impose_fault(id, fault, now, lasting);
    };
  }
  return [delay = Duration{fields.whole("delay_ms")}, lasting](World& world, const std::string& id,
                                                               Time now) {
    return world.impose_delay(id, delay, now, lasting);
  };
}

HostChange schedule(Fields& fields) {
  ScheduledEvent event;
  event.code = fields.text("code", "instance-retirement");
  event.description = fields.text("description", "The instance is running on degraded hardware");
  const std::chrono::hours until{fields.whole("in_hours", 24)};
  return [=](World& world, const std::string& id, Time now) {
    ScheduledEvent announced = event;
    announced.not_before = now + until;
    return world.schedule(id, std::move(announced), now);
  };
}

// Those that take no fields.
HostChange plain(const std::string& what) {
  using Do = Result<void> (*)(World&, const std::string&, Time);
  static const std::map<std::string, Do, std::less<>> kChanges{
      {"relieve", [](World& world, const auto& id, Time now) { return world.relieve(id, now); }},
      {"terminate",
       [](World& world, const auto& id, Time now) { return world.terminate(id, now); }},
      {"deregister",
       [](World& world, const auto& id, Time now) { return world.deregister(id, now); }},
      {"stop", [](World& world, const auto& id, Time now) { return world.stop(id, now); }},
      {"start", [](World& world, const auto& id, Time now) { return world.start(id, now); }},
      {"interrupt",
       [](World& world, const auto& id, Time now) { return world.interrupt(id, now); }},
      {"rebalance",
       [](World& world, const auto& id, Time now) { return world.recommend_rebalance(id, now); }},
      {"impair",
       [](World& world, const auto& id, Time now) { return world.impair(id, true, now); }},
      {"mend", [](World& world, const auto& id, Time now) { return world.impair(id, false, now); }},
  };
  const auto found = kChanges.find(what);
  return found == kChanges.end() ? HostChange() : HostChange(found->second);
}

}  // namespace

Change read_host_change(const std::string& family, const ChangeRequest& request, Fields& fields) {
  if (family != "instances" || !request.post || request.rest.size() != 2) return {};
  const std::string& what = request.rest[1];
  const bool imposed =
      what == "score" || what == "service-down" || what == "fault" || what == "delay";
  HostChange change = imposed              ? impose(what, fields)
                      : what == "schedule" ? schedule(fields)
                                           : plain(what);
  if (!change) return {};
  return [change = std::move(change), id = request.rest[0]](World& world, Time now) {
    return answer_to(change(world, id, now));
  };
}

}  // namespace livesonic::simulator
