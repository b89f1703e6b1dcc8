// SPDX-License-Identifier: Apache-2.0
#include "livesonic/alerting/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "livesonic/alerting/capacity.h"
#include "livesonic/alerting/count.h"
#include "livesonic/base/time_text.h"

namespace livesonic::alerting {
namespace {

// Kept for a young instance that has been sound: from then on it is judged like any other.
constexpr std::string_view kSoundMark = "sound";

std::string what(const Cause& cause, const Rules& rules) {
  if (const Rule* rule = rule_of(rules, cause)) return in_words(*rule, cause);
  return fmt::format("'{}'", cause);
}

std::string what(const Cause& cause) {
  if (cause.starts_with(kDomainCause)) return "expiring registration";
  if (cause.starts_with(kCertificateCause)) return "expiring certificate";
  return "the trouble";
}

// The sentence about an open incident.
std::string summary_of(const Incident& incident, const std::string& trouble, std::size_t watched) {
  std::size_t suffering = 0;
  const IncidentMember* whole = nullptr;  // the cluster itself
  for (const IncidentMember& member : incident.members) {
    if (member.until) continue;
    ++suffering;
    if (member.instance.empty()) whole = &member;
  }
  std::string words =
      whole != nullptr
          ? fmt::format("{}: {}: {}", incident.cluster, trouble, whole->detail)
          : fmt::format("{}: {} on {} of {} instance{}", incident.cluster, trouble, suffering,
                        std::max(watched, suffering), watched == 1 ? "" : "s");
  if (incident.flapping_since) words += "; it comes and goes";
  return words;
}

class Evaluation {
 public:
  Evaluation(const Round& round, const Rules& rules, const Context& context, const Asking& asking)
      : round_(round), rules_(rules), context_(context), asking_(asking) {
    for (const Instance& instance : round.instances) labels_[instance.id] = instance.label();
    for (const Instance& instance : round.vanished) labels_[instance.id] = instance.label();
    sound_percent_ = sound_percent(round, rules.suffering_below);
  }

  Decision run(const std::vector<Condition>& conditions, const std::vector<Incident>& open) {
    std::map<Key, Condition> before;
    std::vector<std::string> sound;
    for (const Condition& condition : conditions) {
      if (condition.cause == kSoundMark) {
        sound.push_back(condition.instance);
      } else {
        before[{condition.instance, condition.cause}] = condition;
      }
    }
    sound = sound_young(round_, rules_, sound);
    auto seen = observe(round_, rules_, context_, sound);
    for (const auto& [key, condition] : before) {
      if (!seen.contains(key)) keep(key, condition, seen);
    }
    for (const std::string& instance : sound) {
      Condition mark;
      mark.cluster = round_.cluster.name;
      mark.instance = instance;
      mark.cause = kSoundMark;
      decision_.conditions.push_back(std::move(mark));
    }
    for (const auto& [key, observation] : seen) take(key, observation, before);

    std::set<Cause> told;
    for (const Incident& incident : open) {
      told.insert(incident.cause);
      go_on(incident, firing_[incident.cause]);
    }
    for (const auto& [cause, suffering] : firing_) {
      if (!suffering.empty() && !told.contains(cause)) begin(cause, suffering);
    }
    return std::move(decision_);
  }

 private:
  // A condition that nobody asked about in this round.
  void keep(const Key& key, const Condition& condition, std::map<Key, Observation>& seen) {
    const Rule* rule = rule_of(rules_, key.second);
    if (rule == nullptr) return;
    if (round_.partial) {
      seen[key] = {Seen::kNothing, "", rule};
    } else if (rule->kind == RuleKind::kVanished && condition.firing) {
      seen[key] = {Seen::kGood, "", rule};  // it was news for long enough
    }
  }

  void take(const Key& key, const Observation& observation,
            const std::map<Key, Condition>& before) {
    Condition condition;
    if (const auto found = before.find(key); found != before.end()) {
      condition = found->second;
    } else {
      condition.cluster = round_.cluster.name;
      condition.instance = key.first;
      condition.cause = key.second;
    }
    Counting counting{round_.at, rules_.interval, round_.partial, true};
    counting.may_fire =
        context_.sight == Sight::kClear || (observation.rule->kind != RuleKind::kUnreachable &&
                                            observation.rule->kind != RuleKind::kNoData);
    const auto after = count(std::move(condition), observation, counting);
    if (!after) return;
    if (after->firing) firing_[key.second][key.first] = *after;
    decision_.conditions.push_back(*after);
  }

  IncidentMember member_of(const Condition& condition) const {
    const auto label = labels_.find(condition.instance);
    const std::string& otherwise =
        condition.instance.empty() ? round_.cluster.name : condition.instance;
    return {condition.instance, label == labels_.end() ? otherwise : label->second,
            condition.detail, condition.since, std::nullopt};
  }

  void judge_severity(Incident& incident) const {
    const Rule* rule = rule_of(rules_, incident.cause);
    if (rule != nullptr && rule->severity) {
      incident.severity = *rule->severity;
    } else if (sound_percent_) {
      incident.severity =
          *sound_percent_ < rules_.critical_below ? Severity::kCritical : Severity::kWarning;
    }
    if (rule != nullptr) incident.runbook = rule->runbook;
  }

  void begin(const Cause& cause, const std::map<std::string, Condition>& suffering) {
    Incident incident;
    incident.id = asking_.new_id();
    incident.cluster = round_.cluster.name;
    incident.cause = cause;
    incident.opened_at = round_.at;
    for (const auto& [instance, condition] : suffering) {
      incident.members.push_back(member_of(condition));
    }
    const int openings = rules_.flapping.openings;
    if (openings > 0 && asking_.recent_openings(cause) + 1 >= openings) {
      incident.flapping_since = round_.at;
    }
    judge_severity(incident);
    incident.summary = summary_of(incident, what(cause, rules_), round_.instances.size());
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
        if (!labels_.contains(member.instance)) member.label = label_in(before, member.instance);
      }
    }
    for (const auto& [instance, condition] : suffering) {
      if (!present.contains(instance)) incident.members.push_back(member_of(condition));
    }
    if (suffering.empty() && closes(incident)) {
      close(std::move(incident));
      return;
    }
    if (!suffering.empty()) {
      incident.well_since.reset();
      settle(incident, suffering);
      judge_severity(incident);
    }
    incident.summary = suffering.empty()
                           ? fmt::format("{}: {} comes and goes; for now it is gone",
                                         incident.cluster, what(incident.cause, rules_))
                           : summary_of(incident, what(incident.cause, rules_), watched(before));
    if (incident != before) decision_.changed.push_back(std::move(incident));
  }

  // Nothing is wrong: is it over? What flaps is over when it stays so.
  bool closes(Incident& incident) const {
    if (!incident.flapping_since || rule_of(rules_, incident.cause) == nullptr) return true;
    if (!incident.well_since) incident.well_since = round_.at;
    return round_.at - *incident.well_since >= rules_.flapping.calm;
  }

  // What flaps no longer does when it stays bad.
  void settle(Incident& incident, const std::map<std::string, Condition>& suffering) const {
    if (!incident.flapping_since) return;
    const bool steady = std::any_of(suffering.begin(), suffering.end(), [&](const auto& one) {
      const Time since = std::max(one.second.since, *incident.flapping_since);
      return round_.at - since >= rules_.flapping.calm;
    });
    if (steady) incident.flapping_since.reset();
  }

  void close(Incident incident) {
    const bool flapped = incident.flapping_since.has_value();
    incident.closed_at = round_.at;
    incident.muted.clear();
    incident.summary =
        fmt::format("{}: {} is over", incident.cluster, what(incident.cause, rules_));
    if (rule_of(rules_, incident.cause) == nullptr) {
      incident.summary += ": its rule is gone";
    } else if (flapped) {
      incident.summary += fmt::format(": it came and went, and nothing has been wrong for {}",
                                      format_duration(rules_.flapping.calm));
    }
    decision_.closed.push_back(std::move(incident));
  }

  static std::string label_in(const Incident& incident, const std::string& instance) {
    for (const IncidentMember& member : incident.members) {
      if (member.instance == instance) return member.label;
    }
    return instance;
  }

  [[nodiscard]] std::size_t watched(const Incident& before) const {
    return std::max(round_.instances.size(), round_.partial ? before.members.size() : 0);
  }

  const Round& round_;
  const Rules& rules_;
  const Context& context_;
  const Asking& asking_;
  std::map<std::string, std::string> labels_;
  std::optional<double> sound_percent_;
  std::map<Cause, std::map<std::string, Condition>> firing_;
  Decision decision_;
};

}  // namespace

Decision evaluate(const Round& round, const std::vector<Condition>& conditions,
                  const std::vector<Incident>& open, const Rules& rules, const Context& context,
                  const Asking& asking) {
  return Evaluation(round, rules, context, asking).run(conditions, open);
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
      incident.muted.clear();
      incident.summary = fmt::format("{}: {} is over", subject, what(incident.cause));
      decision.closed.push_back(std::move(incident));
      continue;
    }
    const Finding& finding = *still->second;
    const Incident before = incident;
    incident.summary = finding.summary;
    incident.severity = finding.severity;
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
    incident.severity = finding->severity;
    incident.members.push_back({finding->subject, finding->subject, finding->detail, at, {}});
    decision.opened.push_back(std::move(incident));
  }
  return decision;
}

std::vector<Incident> close_all(std::vector<Incident> open, const Rules& rules,
                                const std::string& why, Time at) {
  for (Incident& incident : open) {
    for (IncidentMember& member : incident.members) {
      if (!member.until) member.until = at;
    }
    incident.closed_at = at;
    incident.muted.clear();
    incident.summary =
        fmt::format("{}: {} is over: {}", incident.cluster, what(incident.cause, rules), why);
  }
  return open;
}

}  // namespace livesonic::alerting
