// SPDX-License-Identifier: Apache-2.0
#include "livesonic/alerting/tell.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "livesonic/base/time_text.h"

namespace livesonic::alerting {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void add_each_once(std::vector<std::string>& names, const std::vector<std::string>& more) {
  for (const std::string& name : more) {
    if (!contains(names, name)) names.push_back(name);
  }
}

// The channels that are to have heard of it by now.
std::vector<std::string> wanted(Incident& incident, const Rule* rule,
                                const std::vector<std::string>& channels, Time now) {
  std::vector<std::string> names =
      rule == nullptr || rule->channels.empty() ? channels : rule->channels;
  if (rule == nullptr) return names;
  int step = 0;
  for (const Escalation& escalation : rule->escalate) {
    if (now - incident.opened_at < escalation.after) break;
    add_each_once(names, escalation.channels);
    incident.escalation = std::max(incident.escalation, ++step);
  }
  return names;
}

std::string by_and_why(const Acknowledgement& acknowledged) {
  std::string words = "acknowledged by " + acknowledged.by;
  if (!acknowledged.comment.empty()) words += ": " + acknowledged.comment;
  return words;
}

// What those who know of it are to hear as well; empty: nothing.
std::string news(const Incident* before, const Incident& after, const Rule* rule, Time now) {
  const bool acknowledged_now =
      after.acknowledged && (before == nullptr || before->acknowledged != after.acknowledged);
  if (acknowledged_now) return by_and_why(*after.acknowledged);
  if (after.acknowledged) return "";
  if (after.told_severity && *after.told_severity < after.severity) {
    return fmt::format("it is {} now", to_string(after.severity));
  }
  if (before != nullptr && before->flapping_since && !after.flapping_since) {
    return "it no longer comes and goes: it stays";
  }
  if (before != nullptr && before->acknowledged) return "it is no longer acknowledged";
  const bool repeats = rule != nullptr && rule->repeat > Duration::zero();
  if (repeats && after.told_at && now - *after.told_at >= rule->repeat) {
    return "still so after " + format_age(now - after.opened_at);
  }
  return "";
}

}  // namespace

std::string muted_by(const Incident& incident, const MemberTags& tags,
                     const std::vector<Silence>& silences, const std::vector<std::string>& critical,
                     const Rules& rules, Time now) {
  for (const Silence& silence : silences) {
    if (!silence.active(now) || !hits(silence, incident, tags)) continue;
    std::string words =
        fmt::format("{} until {}", to_string(silence.kind), to_iso8601(silence.ends_at));
    if (!silence.comment.empty()) words += ": " + silence.comment;
    return words;
  }
  if (const auto found = rules.depends_on.find(incident.cluster); found != rules.depends_on.end()) {
    for (const std::string& other : found->second) {
      if (contains(critical, other)) {
        return fmt::format("{}, on which it depends, has a critical incident", other);
      }
    }
  }
  return "";
}

std::vector<Telling> tell(const Incident* before, Incident& after, const Rule* rule,
                          const std::vector<std::string>& channels, Time now) {
  std::vector<Telling> tellings;
  if (after.closed_at) {
    for (const std::string& channel : after.channels) {
      tellings.push_back({channel, DeliveryKind::kClosing, ""});
    }
    return tellings;
  }
  if (after.acknowledged && after.acknowledged->until && *after.acknowledged->until <= now) {
    after.acknowledged.reset();
  }
  if (!after.muted.empty()) return tellings;

  // Those who know of it hear of what is new before the others hear of it at all.
  const std::string note = after.channels.empty() ? "" : news(before, after, rule, now);
  if (!note.empty()) {
    for (const std::string& channel : after.channels) {
      tellings.push_back({channel, DeliveryKind::kUpdate, note});
    }
  }
  if (!after.acknowledged) {
    for (const std::string& channel : wanted(after, rule, channels, now)) {
      if (contains(after.channels, channel)) continue;
      after.channels.push_back(channel);
      tellings.push_back({channel, DeliveryKind::kOpening, ""});
    }
  }
  if (!tellings.empty()) {
    after.told_at = now;
    after.told_severity = std::max(after.told_severity.value_or(after.severity), after.severity);
  }
  return tellings;
}

}  // namespace livesonic::alerting
