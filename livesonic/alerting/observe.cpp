// SPDX-License-Identifier: Apache-2.0
#include "livesonic/alerting/observe.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "livesonic/alerting/capacity.h"
#include "livesonic/model/drift.h"

namespace livesonic::alerting {
namespace {

Observation good() {
  return {Seen::kGood, "", nullptr};
}
Observation bad(std::string detail) {
  return {Seen::kBad, std::move(detail), nullptr};
}
Observation nothing() {
  return {};
}

// A value that must not be below the rule's threshold.
Observation of_value(const Rule& rule, double value, std::string detail) {
  if (value < rule.below) return bad(std::move(detail));
  return value >= rule.well_at.value_or(rule.below) ? good()
                                                    : Observation{Seen::kBetween, "", nullptr};
}

Observation of_score(const Rule& rule, const ScoreReading& reading) {
  if (reading.outcome != Outcome::kOk || !reading.score) return nothing();
  if (!rule.part) {
    return of_value(rule, *reading.score,
                    fmt::format("score {} is below {}", *reading.score, rule.below));
  }
  const auto value = reading.parts ? value_of(*reading.parts, *rule.part) : std::nullopt;
  if (!value) return nothing();  // the host's serverscore does not tell
  return of_value(
      rule, *value,
      fmt::format("{} score {} is below {}", to_string(*rule.part), *value, rule.below));
}

Observation of_reach(const InstanceReadings& readings, bool in_service) {
  const ScoreReading& score = readings.score;
  if (score.outcome == Outcome::kHostKeyChanged) return nothing();  // an incident of its own
  if (is_transport_failure(score.outcome)) {
    std::string detail = fmt::format("{}: {}", to_string(score.outcome), score.detail);
    if (in_service) detail += "; the balancer serves from it: our way there may be what is broken";
    return bad(std::move(detail));
  }
  if (score.outcome == Outcome::kNotRun) return nothing();
  // The score came through and a check did not: that nothing is known of the service must not stay
  // untold for ever.
  for (const CheckReading& check : readings.checks) {
    if (is_transport_failure(check.outcome) || check.outcome == Outcome::kNotRun) {
      return bad(fmt::format("{} while checking {}: {}", to_string(check.outcome), check.service,
                             check.detail));
    }
  }
  return good();
}

// Whether the host is who it should be. That it can't be told is neither good nor bad.
Observation of_host_key(const ScoreReading& reading) {
  switch (reading.outcome) {
    case Outcome::kHostKeyChanged:
      return bad(reading.detail);
    case Outcome::kOk:
    case Outcome::kCheckFailed:
    case Outcome::kInvalidOutput:
    case Outcome::kCommandNotFound:
    case Outcome::kTimedOut:
    case Outcome::kAuthRefused:  // we show ours only to a host whose key is right
      return good();
    default:
      return nothing();
  }
}

Observation of_scoring(const ScoreReading& reading) {
  if (reading.outcome == Outcome::kOk) return good();
  if (is_transport_failure(reading.outcome)) return nothing();
  return bad(fmt::format("{}: {}", to_string(reading.outcome), reading.detail));
}

Observation of_data(const ScoreReading& reading) {
  if (reading.outcome == Outcome::kOk) return good();
  return bad(fmt::format("no score: {}: {}", to_string(reading.outcome), reading.detail));
}

Observation of_check(const CheckReading& reading) {
  if (reading.kept) return nothing();  // it was not run this time: nothing new is known
  if (reading.outcome == Outcome::kOk) return good();
  if (is_failed_check(reading.outcome)) return bad(reading.detail);
  return nothing();
}

Observation of_events(const Instance& instance) {
  std::string words;
  for (const std::string& event : instance.standing.events) {
    words += (words.empty() ? "" : "; ") + event;
  }
  if (instance.standing.notice) {
    words += (words.empty() ? "" : "; ") + in_words(*instance.standing.notice);
  }
  return words.empty() ? good() : bad(std::move(words));
}

Observation of_drift(const Round& round) {
  std::vector<ScoreReading> scores;
  for (const InstanceReadings& readings : round.readings) scores.push_back(readings.score);
  const Drift drift = drift_of(round.cluster, round.instances, scores);
  if (!drift.drifting) return good();
  const std::string wanted = drift.wanted ? fmt::format("{} wanted, ", *drift.wanted) : "";
  return bad(fmt::format("{}{} members, {} in service, {} answer", wanted, drift.members,
                         drift.in_service, drift.reached));
}

Observation of_burn(const Rule& rule, const Round& round, const Context& context) {
  std::vector<ClusterPoint> points = context.recent;
  if (round.point) points.push_back(*round.point);
  const BurnRate& burn = rule.burn;
  const auto slow = burn_rate(points, round.at, burn.long_window, rule.below, burn.objective);
  const auto fast = burn_rate(points, round.at, burn.short_window, rule.below, burn.objective);
  if (!slow || !fast) return nothing();
  if (*slow < burn.factor || *fast < burn.factor) return good();
  return bad(
      fmt::format("the budget of {}% is used up {:.1f} times too fast over {} minutes, {:.1f} "
                  "times over {}",
                  100 - burn.objective, *slow,
                  std::chrono::duration_cast<std::chrono::minutes>(burn.long_window).count(), *fast,
                  std::chrono::duration_cast<std::chrono::minutes>(burn.short_window).count()));
}

Observation of_last_week(const Rule& rule, const Round& round, const Context& context) {
  if (!round.point || !context.week_ago) return nothing();
  const double drop = *context.week_ago - round.point->mean;
  if (drop <= rule.below) return good();
  return bad(fmt::format("mean score {:.0f}; in the same hour a week ago it was {:.0f}",
                         round.point->mean, *context.week_ago));
}

Observation of_whole(const Rule& rule, const Round& round, const Context& context) {
  const auto& point = round.point;
  switch (rule.kind) {
    case RuleKind::kClusterMean:
      if (!point) return nothing();
      return of_value(rule, point->mean,
                      fmt::format("mean score {:.1f} is below {}", point->mean, rule.below));
    case RuleKind::kClusterMin:
      if (!point) return nothing();
      return of_value(rule, point->min,
                      fmt::format("the lowest score {} is below {}", point->min, rule.below));
    case RuleKind::kCapacity: {
      const auto capacity = capacity_of(round);
      if (!capacity || context.sight != Sight::kClear) return nothing();
      return of_value(rule, *capacity,
                      fmt::format("capacity {:.0f}% is below {}%", *capacity, rule.below));
    }
    case RuleKind::kDrift:
      return context.sight == Sight::kClear && round.aws_error.empty() ? of_drift(round)
                                                                       : nothing();
    case RuleKind::kBurnRate:
      return of_burn(rule, round, context);
    case RuleKind::kLastWeek:
      return of_last_week(rule, round, context);
    default:
      return nothing();
  }
}

// One instance's readings, with what AWS says of it.
struct Member {
  const InstanceReadings& readings;
  const Instance* instance;  // null: not among the round's
};

Observation of_member(const Rule& rule, const Member& member, const Context& context) {
  const ScoreReading& score = member.readings.score;
  const bool blind = context.sight == Sight::kBlind && score.outcome != Outcome::kOk;
  switch (rule.kind) {
    case RuleKind::kScore:
      return of_score(rule, score);
    case RuleKind::kUnreachable:
      if (blind) return nothing();
      return of_reach(member.readings,
                      member.instance != nullptr && is_in_service(member.instance->balancer_state));
    case RuleKind::kUnscored:
      return of_scoring(score);
    case RuleKind::kHostKey:
      return of_host_key(score);
    case RuleKind::kNoData:
      return blind ? nothing() : of_data(score);
    case RuleKind::kEvent:
      return member.instance == nullptr ? nothing() : of_events(*member.instance);
    default:
      return nothing();
  }
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool wants_service(const Rule& rule, const std::string& service) {
  return rule.services.empty() || contains(rule.services, service);
}

bool is_young(const Instance& instance, Time at, const Rules& rules) {
  return age_of(instance, at) < rules.boot_grace;
}

}  // namespace

std::vector<std::string> sound_young(const Round& round, const Rules& rules,
                                     const std::vector<std::string>& sound) {
  std::map<std::string, const InstanceReadings*> readings;
  for (const InstanceReadings& one : round.readings) readings[one.score.instance] = &one;
  std::vector<std::string> now;
  for (const Instance& instance : round.instances) {
    if (!is_young(instance, round.at, rules)) continue;
    const auto found = readings.find(instance.id);
    const bool is_now = found != readings.end() && is_sound(*found->second, rules.suffering_below);
    if (is_now || contains(sound, instance.id)) now.push_back(instance.id);
  }
  return now;
}

std::map<Key, Observation> observe(const Round& round, const Rules& rules, const Context& context,
                                   const std::vector<std::string>& sound) {
  std::map<std::string, const Instance*> instances;
  for (const Instance& instance : round.instances) instances[instance.id] = &instance;

  std::map<Key, Observation> seen;
  const auto put = [&](const Rule& rule, const std::string& instance, std::string_view service,
                       Observation observation) {
    observation.rule = &rule;
    seen[{instance, cause_of(rule, service)}] = std::move(observation);
  };
  for (const Rule& rule : rules.rules) {
    if (!applies_to(rule, round.cluster.name)) continue;
    if (of_cluster(rule.kind)) {
      if (round.partial) continue;
      if (rule.kind != RuleKind::kProbe) {
        put(rule, "", "", of_whole(rule, round, context));
        continue;
      }
      for (const CheckReading& probe : round.probes) {
        if (wants_service(rule, probe.service)) put(rule, "", probe.service, of_check(probe));
      }
      continue;
    }
    if (rule.kind == RuleKind::kVanished) {
      for (const Instance& instance : round.vanished) {
        const std::string why = instance.departure ? instance.departure->detail : "";
        put(rule, instance.id, "",
            bad(why.empty() ? "nothing that AWS says accounts for it" : why));
      }
      continue;
    }
    for (const InstanceReadings& readings : round.readings) {
      const std::string& id = readings.score.instance;
      const auto found = instances.find(id);
      const Instance* instance = found == instances.end() ? nullptr : found->second;
      // A host that is on its way out, or up, suffers for a known reason. Who it is matters always.
      const bool excused =
          instance != nullptr && rule.kind != RuleKind::kHostKey && rule.kind != RuleKind::kEvent &&
          (is_leaving(*instance) || (is_young(*instance, round.at, rules) && !contains(sound, id)));
      if (rule.kind != RuleKind::kService) {
        put(rule, id, "", excused ? nothing() : of_member(rule, {readings, instance}, context));
        continue;
      }
      for (const CheckReading& check : readings.checks) {
        if (!wants_service(rule, check.service)) continue;
        put(rule, id, check.service, excused ? nothing() : of_check(check));
      }
    }
  }
  return seen;
}

std::optional<double> burn_rate(const std::vector<ClusterPoint>& points, Time now, Duration window,
                                double below, double objective) {
  std::optional<Time> first;
  double all = 0;
  double low = 0;
  for (const ClusterPoint& point : points) {
    if (point.at <= now - window || point.at > now) continue;
    if (!first) first = point.at;
    all += 1;
    if (point.mean < below) low += 1;
  }
  if (!first || now - *first < window / 2) return std::nullopt;
  const double allowed = 1 - objective / 100;
  return allowed <= 0 ? std::nullopt : std::optional(low / all / allowed);
}

}  // namespace livesonic::alerting
