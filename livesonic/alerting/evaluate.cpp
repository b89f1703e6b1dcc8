// SPDX-License-Identifier: Apache-2.0
#include "livesonic/alerting/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace livesonic::alerting {
namespace {

enum class Verdict { kGood, kBad, kUnknown };

struct Observation {
  Verdict verdict = Verdict::kUnknown;
  std::string detail;  // of a bad one
};

using Key = std::pair<std::string, Cause>;  // instance, cause

Observation of_score(const ScoreReading& reading, int threshold) {
  if (reading.outcome != Outcome::kOk || !reading.score) return {};
  if (*reading.score >= threshold) return {Verdict::kGood, ""};
  return {Verdict::kBad, fmt::format("score {} is below {}", *reading.score, threshold)};
}

Observation of_reach(const InstanceReadings& readings) {
  const ScoreReading& score = readings.score;
  if (score.outcome == Outcome::kHostKeyChanged) return {};  // an incident of its own
  if (is_transport_failure(score.outcome)) {
    return {Verdict::kBad, fmt::format("{}: {}", to_string(score.outcome), score.detail)};
  }
  if (score.outcome == Outcome::kNotRun) return {};
  // The score came through and a check did not: that nothing is known of the service must not stay
  // untold for ever.
  for (const CheckReading& check : readings.checks) {
    if (is_transport_failure(check.outcome) || check.outcome == Outcome::kNotRun) {
      return {Verdict::kBad, fmt::format("{} while checking {}: {}", to_string(check.outcome),
                                         check.service, check.detail)};
    }
  }
  return {Verdict::kGood, ""};
}

// Whether the host is who it should be. That it can't be told is neither good nor bad.
Observation of_host_key(const ScoreReading& reading) {
  switch (reading.outcome) {
    case Outcome::kHostKeyChanged:
      return {Verdict::kBad, reading.detail};
    case Outcome::kOk:
    case Outcome::kCheckFailed:
    case Outcome::kInvalidOutput:
    case Outcome::kCommandNotFound:
    case Outcome::kTimedOut:
    case Outcome::kAuthRefused:  // we show ours only to a host whose key is right
      return {Verdict::kGood, ""};
    default:
      return {};
  }
}

Observation of_scoring(const ScoreReading& reading) {
  if (reading.outcome == Outcome::kOk) return {Verdict::kGood, ""};
  if (is_transport_failure(reading.outcome)) return {};
  return {Verdict::kBad, fmt::format("{}: {}", to_string(reading.outcome), reading.detail)};
}

Observation of_check(const CheckReading& reading) {
  if (reading.kept) return {};  // it was not run this time: nothing new is known
  if (reading.outcome == Outcome::kOk) return {Verdict::kGood, ""};
  if (is_failed_check(reading.outcome)) return {Verdict::kBad, reading.detail};
  return {};
}

// Everything the rules look at in this round. What is not in it is not asked about any more.
std::map<Key, Observation> observe(const Round& round, const Rules& rules) {
  std::map<Key, Observation> seen;
  for (const InstanceReadings& readings : round.readings) {
    const std::string& instance = readings.score.instance;
    seen[{instance, Cause(kHostKeyCause)}] = of_host_key(readings.score);
    if (rules.score_below > 0) {
      seen[{instance, Cause(kScoreCause)}] = of_score(readings.score, rules.score_below);
    }
    if (rules.unreachable) {
      seen[{instance, Cause(kUnreachableCause)}] = of_reach(readings);
      seen[{instance, Cause(kUnscoredCause)}] = of_scoring(readings.score);
    }
    if (rules.service_down) {
      for (const CheckReading& check : readings.checks) {
        seen[{instance, service_cause(check.service)}] = of_check(check);
      }
    }
  }
  return seen;
}

// A key is right or it is not: nothing to be gained by looking again.
int polls(int by_the_rules, const Cause& cause) {
  return cause == kHostKeyCause ? 1 : by_the_rules;
}

// How the condition stands after one more observation; nullopt when there is nothing to remember.
std::optional<Condition> count(Condition condition, const Observation& seen, Time at,
                               const Rules& rules) {
  switch (seen.verdict) {
    case Verdict::kUnknown:
      break;
    case Verdict::kBad:
      if (condition.bad_polls == 0 && !condition.firing) condition.since = at;
      ++condition.bad_polls;
      condition.good_polls = 0;
      condition.detail = seen.detail;
      condition.firing |= condition.bad_polls >= polls(rules.polls_to_open, condition.cause);
      break;
    case Verdict::kGood:
      condition.bad_polls = 0;
      ++condition.good_polls;
      if (!condition.firing ||
          condition.good_polls >= polls(rules.polls_to_close, condition.cause)) {
        return std::nullopt;
      }
      break;
  }
  if (condition.bad_polls == 0 && !condition.firing) return std::nullopt;
  return condition;
}

std::string what(const Cause& cause) {
  if (cause == kScoreCause) return "low score";
  if (cause == kUnreachableCause) return "unreachable";
  if (cause == kUnscoredCause) return "no score to be had";
  if (cause == kHostKeyCause) return "wrong SSH host key";
  if (cause.starts_with(kDomainCause)) return "expiring registration";
  if (cause.starts_with(kCertificateCause)) return "expiring certificate";
  return fmt::format("service {} not as expected", cause.substr(cause.find(':') + 1));
}

std::string summary_of(const Incident& incident, std::size_t watched) {
  const auto suffering =
      std::count_if(incident.members.begin(), incident.members.end(),
                    [](const IncidentMember& member) { return !member.until.has_value(); });
  return fmt::format("{}: {} on {} of {} instance{}", incident.cluster, what(incident.cause),
                     suffering, watched, watched == 1 ? "" : "s");
}

class Evaluation {
 public:
  Evaluation(const Round& round, const Rules& rules, const std::function<std::string()>& new_id)
      : round_(round), rules_(rules), new_id_(new_id) {
    for (const Instance& instance : round.instances) labels_[instance.id] = instance.label();
  }

  Decision run(const std::vector<Condition>& conditions, const std::vector<Incident>& open) {
    std::map<Key, Condition> before;
    for (const Condition& condition : conditions) {
      before[{condition.instance, condition.cause}] = condition;
    }
    std::map<Cause, std::map<std::string, Condition>> firing;
    for (const auto& [key, seen] : observe(round_, rules_)) {
      Condition condition;
      if (const auto found = before.find(key); found != before.end()) {
        condition = found->second;
      } else {
        condition.cluster = round_.cluster.name;
        condition.instance = key.first;
        condition.cause = key.second;
      }
      const auto after = count(std::move(condition), seen, round_.at, rules_);
      if (!after) continue;
      if (after->firing) firing[key.second][key.first] = *after;
      decision_.conditions.push_back(*after);
    }

    std::set<Cause> told;
    for (const Incident& incident : open) {
      told.insert(incident.cause);
      go_on(incident, firing[incident.cause]);
    }
    for (const auto& [cause, suffering] : firing) {
      if (!suffering.empty() && !told.contains(cause)) begin(cause, suffering);
    }
    return std::move(decision_);
  }

 private:
  IncidentMember member_of(const Condition& condition) const {
    const auto label = labels_.find(condition.instance);
    return {condition.instance, label == labels_.end() ? condition.instance : label->second,
            condition.detail, condition.since, std::nullopt};
  }

  void begin(const Cause& cause, const std::map<std::string, Condition>& suffering) {
    Incident incident;
    incident.id = new_id_();
    incident.cluster = round_.cluster.name;
    incident.cause = cause;
    incident.opened_at = round_.at;
    for (const auto& [instance, condition] : suffering) {
      incident.members.push_back(member_of(condition));
    }
    incident.summary = summary_of(incident, round_.instances.size());
    decision_.opened.push_back(std::move(incident));
  }

  void go_on(Incident incident, const std::map<std::string, Condition>& suffering) {
    const Incident before = incident;
    std::set<std::string> present;
    for (IncidentMember& member : incident.members) {
      present.insert(member.instance);
      const auto found = suffering.find(member.instance);
      if (found == suffering.end()) {
        if (!member.until) member.until = round_.at;
      } else {
        member = member_of(found->second);
      }
    }
    for (const auto& [instance, condition] : suffering) {
      if (!present.contains(instance)) incident.members.push_back(member_of(condition));
    }
    if (suffering.empty()) {
      incident.closed_at = round_.at;
      incident.summary = fmt::format("{}: {} is over", incident.cluster, what(incident.cause));
      decision_.closed.push_back(std::move(incident));
      return;
    }
    incident.summary = summary_of(incident, round_.instances.size());
    if (incident != before) decision_.changed.push_back(std::move(incident));
  }

  const Round& round_;
  const Rules& rules_;
  const std::function<std::string()>& new_id_;
  std::map<std::string, std::string> labels_;
  Decision decision_;
};

}  // namespace

Decision evaluate(const Round& round, const std::vector<Condition>& conditions,
                  const std::vector<Incident>& open, const Rules& rules,
                  const std::function<std::string()>& new_id) {
  return Evaluation(round, rules, new_id).run(conditions, open);
}

Decision evaluate(const std::vector<Finding>& findings, const std::vector<Incident>& open, Time at,
                  const std::function<std::string()>& new_id) {
  std::map<Cause, const Finding*> found;
  for (const Finding& finding : findings) found.emplace(finding.cause, &finding);
  Decision decision;
  for (Incident incident : open) {
    const auto still = found.find(incident.cause);
    if (still == found.end()) {
      const std::string subject =
          incident.members.empty() ? std::string() : incident.members.front().label;
      for (IncidentMember& member : incident.members) member.until = at;
      incident.closed_at = at;
      incident.summary = fmt::format("{}: {} is over", subject, what(incident.cause));
      decision.closed.push_back(std::move(incident));
      continue;
    }
    const Finding& finding = *still->second;
    const Incident before = incident;
    incident.summary = finding.summary;
    for (IncidentMember& member : incident.members) member.detail = finding.detail;
    if (incident != before) decision.changed.push_back(std::move(incident));
    found.erase(still);
  }
  for (const auto& [cause, finding] : found) {
    Incident incident;
    incident.id = new_id();
    incident.cause = cause;
    incident.opened_at = at;
    incident.summary = finding->summary;
    incident.members.push_back({finding->subject, finding->subject, finding->detail, at, {}});
    decision.opened.push_back(std::move(incident));
  }
  return decision;
}

std::vector<Incident> close_all(std::vector<Incident> open, const std::string& why, Time at) {
  for (Incident& incident : open) {
    for (IncidentMember& member : incident.members) {
      if (!member.until) member.until = at;
    }
    incident.closed_at = at;
    incident.summary =
        fmt::format("{}: {} is over: {}", incident.cluster, what(incident.cause), why);
  }
  return open;
}

}  // namespace livesonic::alerting
