// SPDX-License-Identifier: Apache-2.0
#include "livesonic/actions/guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "livesonic/base/time_text.h"
#include "livesonic/model/purchase.h"

namespace livesonic::actions {
namespace {

using namespace std::chrono_literals;

struct Refusal {
  const char* rule;
  std::string why;
};
using Objection = std::optional<Refusal>;

// What is being weighed; each rule looks at it and notes the numbers that it went by.
struct Case {
  const ActionRequest& request;
  const Limits& limits;
  const View& view;
  Time now;
  int removes;
  ActionNotes inputs;

  template <typename Value>
  void note(const char* name, const Value& value) {
    inputs[name] = fmt::format("{}", value);
  }
};

int removed_by(const ActionRequest& request, const View& view) {
  if (request.kind == ActionKind::kSetCapacity) {
    return std::max(0, view.capacity - request.capacity.value_or(view.capacity));
  }
  if (request.kind == ActionKind::kRelease) return static_cast<int>(request.instances().size());
  if (request.kind == ActionKind::kSetHealth) return request.healthy.value_or(false) ? 0 : 1;
  return takes_away(request.kind) ? 1 : 0;
}

bool concern_the_same(const ActionRequest& one, const ActionRequest& other) {
  const auto ids = other.instances();
  return std::ranges::any_of(one.instances(), [&](const std::string& id) {
    return std::ranges::find(ids, id) != ids.end();
  });
}

// What brings capacity, and what only tells, may be done as often as one likes.
bool is_rationed(ActionKind kind) {
  return takes_away(kind) || kind == ActionKind::kSetCapacity || kind == ActionKind::kRun ||
         kind == ActionKind::kDeploy || kind == ActionKind::kRollBack;
}

bool counts(const Action& action) {
  return is_rationed(action.request.kind) &&
         (action.started_at || action.state == ActionState::kApproved);
}

// Who is lost in any case isn't taken away too often.
bool is_rationed(const Case& one) {
  return is_rationed(one.request.kind) && !one.view.doomed;
}

bool is_under_way(const Action& action) {
  return action.state == ActionState::kApproved || action.state == ActionState::kExecuting;
}

Time begun_at(const Action& action) {
  return action.started_at.value_or(action.requested_at);
}

int percent(int part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<int>(100 * static_cast<std::size_t>(part) / whole);
}

int count_suffering(const std::vector<Member>& members) {
  return static_cast<int>(std::ranges::count_if(members, &Member::suffering));
}

Objection check_stop(Case& one) {
  const StopSwitch& stop = one.view.stop;
  if (!stop.on) return std::nullopt;
  return Refusal{"stopped", fmt::format("{} has stopped all actions{}", stop.by,
                                        stop.reason.empty() ? "" : ": " + stop.reason)};
}

Objection check_kind(Case& one) {
  if (one.limits.kinds.contains(one.request.kind)) return std::nullopt;
  return Refusal{"kind", fmt::format("the configuration does not allow {} in this cluster",
                                     to_string(one.request.kind))};
}

Objection check_ownership(Case& one) {
  if (needs_instance(one.request.kind)) {
    const bool member = std::ranges::any_of(
        one.view.members, [&](const Member& m) { return m.id == one.request.instance; });
    if (!member) {
      return Refusal{"ownership", fmt::format("{} is no watched member of the cluster {}",
                                              one.request.instance, one.request.cluster)};
    }
  }
  if (one.view.not_owned.empty()) return std::nullopt;
  return Refusal{"ownership", one.view.not_owned};
}

Objection check_protection(Case& one) {
  // A roll-back takes no capacity away, and still ends every instance there is.
  const bool all = one.request.kind == ActionKind::kRollBack;
  if (!one.view.is_protected || (one.removes == 0 && !all)) return std::nullopt;
  const std::string who = all ? std::string("an instance that would be replaced")
                              : fmt::format("{}", fmt::join(one.request.instances(), " or "));
  return Refusal{"protection", fmt::format("{} has the tag {}", who, kProtectTag)};
}

Objection check_release(Case& one) {
  if (one.request.kind != ActionKind::kRollBack) return std::nullopt;
  if (!one.view.no_way.empty()) return Refusal{"release", one.view.no_way};
  one.note("from", one.view.from);
  one.note("to", one.view.to);
  return std::nullopt;
}

Objection check_others(Case& one) {
  for (const Action& other : one.view.recent) {
    if (!is_under_way(other)) continue;
    if (concern_the_same(one.request, other.request) &&
        (takes_away(one.request.kind) || takes_away(other.request.kind))) {
      return Refusal{"busy", fmt::format("another action on {} is under way: {} ({})",
                                         fmt::join(other.request.instances(), " "),
                                         to_string(other.request.kind), other.id)};
    }
    if (one.request.kind == ActionKind::kReplace && other.request.kind == ActionKind::kReplace) {
      return Refusal{"replacement",
                     fmt::format("{} is being replaced, and a cluster has one replacement at a "
                                 "time ({})",
                                 other.request.instance, other.id)};
    }
    if (one.request.kind == ActionKind::kRollBack && other.request.kind == ActionKind::kRollBack) {
      return Refusal{"busy",
                     fmt::format("the cluster is being rolled back already ({})", other.id)};
    }
  }
  return std::nullopt;
}

Objection check_breaker(Case& one) {
  const int suffering = count_suffering(one.view.members);
  one.note("suffering", suffering);
  one.note("suffering_percent", percent(suffering, one.view.members.size()));
  one.note("breaker_percent", one.limits.breaker_percent);
  if (!is_repair(one.request.kind) || one.removes == 0) return std::nullopt;
  if (!breaker_trips(one.limits, one.view.members)) return std::nullopt;
  if (one.request.override_breaker && !one.request.by_rule()) return std::nullopt;
  return Refusal{"breaker",
                 fmt::format("{} of {} members suffer at once, more than {} %: the cause is "
                             "shared, and to {} one would not remove it",
                             suffering, one.view.members.size(), one.limits.breaker_percent,
                             to_string(one.request.kind))};
}

Objection check_floor(Case& one) {
  const int sound = count_sound(one.view, one.now);
  const int floor = floor_of(one.limits, one.view.members.size());
  int after = sound - one.removes;
  if (one.request.kind != ActionKind::kSetCapacity && one.removes > 0) {
    // Who isn't sound is no loss.
    View without = one.view;
    const auto ids = one.request.instances();
    std::erase_if(without.members,
                  [&](const Member& m) { return std::ranges::find(ids, m.id) != ids.end(); });
    after = count_sound(without, one.now);
  }
  one.note("members", one.view.members.size());
  one.note("sound", sound);
  one.note("sound_after", after);
  one.note("floor", floor);
  if (one.removes == 0) return std::nullopt;
  if (one.request.kind == ActionKind::kSetCapacity && *one.request.capacity < floor) {
    return Refusal{"floor", fmt::format("a capacity of {} is below the {} members to be kept",
                                        *one.request.capacity, floor)};
  }
  if (after >= floor) return std::nullopt;
  return Refusal{"floor",
                 fmt::format("{} of {} members would be left sound, and at least {} are to be kept",
                             std::max(0, after), one.view.members.size(), floor)};
}

Objection check_capacity(Case& one) {
  if (one.request.kind != ActionKind::kSetCapacity) return std::nullopt;
  one.note("capacity", one.view.capacity);
  const int wanted = one.request.capacity.value_or(0);
  if (wanted >= one.view.least && wanted <= one.view.most) return std::nullopt;
  return Refusal{"bounds", fmt::format("{} is outside of the group's bounds, {} to {}", wanted,
                                       one.view.least, one.view.most)};
}

// There are never more than may be, those that are about to be launched among them.
Objection check_launch(Case& one) {
  if (one.request.kind != ActionKind::kLaunch) return std::nullopt;
  int pending = 0;
  for (const Action& other : one.view.recent) {
    if (other.request.kind != ActionKind::kLaunch || !is_under_way(other)) continue;
    const auto seen = one.view.launched.find(other.id);
    const int there = seen == one.view.launched.end() ? 0 : seen->second;
    pending += std::max(0, other.request.capacity.value_or(0) - there);
  }
  const int after = one.view.capacity + pending + one.request.capacity.value_or(0);
  one.note("capacity", one.view.capacity);
  one.note("pending", pending);
  if (after <= one.view.most) return std::nullopt;
  return Refusal{"bounds", fmt::format("there would be {} instances, more than the {} that the "
                                       "cluster's scaling allows",
                                       after, one.view.most)};
}

Objection check_cooldowns(Case& one) {
  if (!is_rationed(one)) return std::nullopt;
  for (const Action& other : one.view.recent) {
    if (!counts(other)) continue;
    const Duration ago = one.now - begun_at(other);
    const bool same = concern_the_same(one.request, other.request);
    if (same && ago < one.limits.instance_cooldown) {
      return Refusal{"instance_cooldown",
                     fmt::format("{} was acted upon {} ago, and is left alone for {}",
                                 fmt::join(other.request.instances(), " "), format_age(ago),
                                 format_duration(one.limits.instance_cooldown))};
    }
    if (ago < one.limits.cluster_cooldown) {
      return Refusal{"cluster_cooldown",
                     fmt::format("the cluster was acted upon {} ago, and is left alone for {}",
                                 format_age(ago), format_duration(one.limits.cluster_cooldown))};
    }
  }
  return std::nullopt;
}

Objection check_rates(Case& one) {
  const auto since = [&](Duration span) {
    return static_cast<int>(std::ranges::count_if(one.view.recent, [&](const Action& other) {
      return counts(other) && one.now - begun_at(other) < span;
    }));
  };
  const int hour = since(1h);
  const int day = since(24h);
  one.note("last_hour", hour);
  one.note("last_day", day);
  one.note("per_hour", one.limits.per_hour);
  one.note("per_day", one.limits.per_day);
  if (!is_rationed(one)) return std::nullopt;
  if (hour >= one.limits.per_hour) {
    return Refusal{"per_hour", fmt::format("there were {} actions within the hour, and at most {} "
                                           "are allowed",
                                           hour, one.limits.per_hour)};
  }
  if (day >= one.limits.per_day) {
    return Refusal{"per_day", fmt::format("there were {} actions within the day, and at most {} "
                                          "are allowed",
                                          day, one.limits.per_day)};
  }
  return std::nullopt;
}

Objection check_hours(Case& one) {
  if (one.limits.hours.empty() || !is_rationed(one)) return std::nullopt;
  const LocalMoment moment = one.limits.zone.local(one.now);
  one.note("local_time", fmt::format("{} {}", to_string(moment), one.limits.zone.name()));
  if (is_within(one.limits.hours, moment)) return std::nullopt;
  return Refusal{"hours", fmt::format("it is {} in {}, outside of the allowed hours",
                                      to_string(moment), one.limits.zone.name())};
}

constexpr Objection (*kRules[])(Case&) = {
    check_stop,      check_kind,    check_ownership, check_protection, check_release,
    check_others,    check_breaker, check_floor,     check_capacity,   check_launch,
    check_cooldowns, check_rates,   check_hours,
};

// Does the member show already what the action has done to it?
bool hides(const Action& action, const Member& member) {
  if (action.removes == 0) return false;
  const auto ids = action.request.instances();
  if (std::ranges::find(ids, member.id) == ids.end()) return false;
  if (is_under_way(action)) return true;
  return action.started_at && action.finished_at && *action.finished_at >= member.observed_at;
}

}  // namespace

int count_sound(const View& view, Time now) {
  int sound = 0;
  for (const Member& member : view.members) {
    const bool hidden = std::ranges::any_of(
        view.recent, [&](const Action& action) { return hides(action, member); });
    if (member.sound && !hidden) ++sound;
  }
  for (const Action& action : view.recent) {
    if (action.request.kind != ActionKind::kSetCapacity || action.removes == 0) continue;
    const bool fresh = action.started_at && now - action.finished_at.value_or(now) < kSettling;
    if (is_under_way(action) || fresh) sound -= action.removes;
  }
  return std::max(0, sound);
}

int floor_of(const Limits& limits, std::size_t members) {
  const std::size_t share = (members * static_cast<std::size_t>(limits.keep_percent) + 99) / 100;
  return std::max(limits.keep, static_cast<int>(share));
}

bool breaker_trips(const Limits& limits, const std::vector<Member>& members) {
  const int suffering = count_suffering(members);
  return suffering > 1 && 100 * static_cast<std::size_t>(suffering) >
                              members.size() * static_cast<std::size_t>(limits.breaker_percent);
}

Ruling judge(const ActionRequest& request, const Limits& limits, const View& view, bool approved,
             Time now) {
  Case one{request, limits, view, now, removed_by(request, view), {}};
  Ruling ruling;
  ruling.removes = one.removes;
  for (const auto rule : kRules) {
    if (auto objection = rule(one)) {
      ruling.rule = objection->rule;
      ruling.why = std::move(objection->why);
      ruling.inputs = std::move(one.inputs);
      return ruling;
    }
  }
  ruling.inputs = std::move(one.inputs);
  const bool asks = limits.approve.contains(request.kind) && !approved;
  if (limits.dry_run) {
    ruling.kind = Ruling::Kind::kDryRun;
    ruling.rule = "dry_run";
    ruling.why = asks
                     ? "nothing was done: this is a dry run; else a person would have to approve it"
                     : "nothing was done: this is a dry run";
  } else if (asks) {
    ruling.kind = Ruling::Kind::kAwaitApproval;
    ruling.rule = "approval";
    ruling.why = fmt::format("a person must approve to {}", to_string(request.kind));
  } else {
    ruling.kind = Ruling::Kind::kAllow;
    ruling.why = approved ? "approved, and within the limits" : "within the limits";
  }
  return ruling;
}

}  // namespace livesonic::actions
