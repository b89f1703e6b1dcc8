// SPDX-License-Identifier: Apache-2.0
#include "livesonic/alerting/alerting.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "livesonic/alerting/tell.h"
#include "livesonic/base/log.h"
#include "livesonic/base/text.h"
#include "livesonic/base/time_text.h"
#include "livesonic/notify/audience.h"
#include "livesonic/notify/message.h"

namespace livesonic::alerting {
namespace {

constexpr Duration kHour = std::chrono::hours{1};
constexpr Duration kWeek = std::chrono::hours{24 * 7};
constexpr std::size_t kMostComments = 200;

const std::vector<std::string_view> kOutlookKinds{kMonitorCause, kAwsCause, kOverdueCause};

Delivery delivery_of(const Incident& incident, const Telling& telling, Time at) {
  Delivery delivery;
  delivery.id = random_id();
  delivery.channel = telling.channel;
  delivery.incident = incident.id;
  delivery.kind = telling.kind;
  delivery.payload = notify::message_json(delivery.id, telling.kind, incident, telling.note);
  delivery.created_at = delivery.next_attempt_at = at;
  return delivery;
}

const Incident* find(const std::vector<Incident>& incidents, const std::string& id) {
  const auto found = std::find_if(incidents.begin(), incidents.end(),
                                  [&](const Incident& incident) { return incident.id == id; });
  return found == incidents.end() ? nullptr : &*found;
}

bool is_nothing(const Decision& decision) {
  return decision.opened.empty() && decision.changed.empty() && decision.closed.empty();
}

// In whatever order.
bool same(std::vector<Condition> a, std::vector<Condition> b) {
  const auto before = [](const Condition& one, const Condition& other) {
    return std::tie(one.instance, one.cause) < std::tie(other.instance, other.cause);
  };
  std::sort(a.begin(), a.end(), before);
  std::sort(b.begin(), b.end(), before);
  return a == b;
}

bool any_of_kind(const Rules& rules, const std::string& cluster, RuleKind kind) {
  return std::any_of(rules.rules.begin(), rules.rules.end(), [&](const Rule& rule) {
    return rule.kind == kind && applies_to(rule, cluster);
  });
}

}  // namespace

Alerting::Alerting(Parts parts, Rules rules, std::vector<std::string> channels,
                   std::vector<Maintenance> maintenances)
    : parts_(std::move(parts)),
      given_(std::move(rules)),
      channels_(std::move(channels)),
      maintenances_(std::move(maintenances)),
      rules_(given_),
      outlook_(rules_.interval) {
  show_rules();
}

Result<Context> Alerting::context_of(const Round& round) {
  const std::string& cluster = round.cluster.name;
  Context context;
  context.sight = outlook_.sight(cluster, round.at);
  Duration back{};
  for (const Rule& rule : rules_.rules) {
    if (rule.kind != RuleKind::kBurnRate || !applies_to(rule, cluster)) continue;
    back = std::max({back, rule.burn.long_window, rule.burn.short_window});
  }
  if (back > Duration::zero() && !round.partial) {
    auto points = parts_.history.cluster_history(cluster, {round.at - back, round.at});
    if (!points) return fail(points.error());
    context.recent = std::move(*points);
  }
  if (!round.partial && any_of_kind(rules_, cluster, RuleKind::kLastWeek)) {
    const Time then = round.at - kWeek;
    const auto points =
        parts_.history.cluster_history(cluster, {then - kHour / 2, then + kHour / 2});
    if (!points) return fail(points.error());
    double sum = 0;
    for (const ClusterPoint& point : *points) sum += point.mean;
    if (!points->empty()) context.week_ago = sum / static_cast<double>(points->size());
  }
  return context;
}

Result<void> Alerting::resume(Time now) {
  const std::lock_guard lock(mutex_);
  const auto open = parts_.store.open_incidents("");
  if (!open) return fail(open.error());
  outlook_.resume(now, std::any_of(open->begin(), open->end(), [](const Incident& incident) {
                    return incident.cause == kMonitorCause;
                  }));
  return {};
}

Result<void> Alerting::finish(const Round& round) {
  const std::string& cluster = round.cluster.name;
  const std::lock_guard lock(mutex_);
  if (!round.partial) outlook_.note(round);
  const auto conditions = parts_.store.conditions(cluster);
  if (!conditions) return fail(conditions.error());
  const auto open = parts_.store.open_incidents(cluster);
  if (!open) return fail(open.error());
  const auto context = context_of(round);
  if (!context) return fail(context.error());

  const Asking asking{random_id, [&](const Cause& cause) {
                        const auto count = parts_.store.openings_since(
                            cluster, cause, round.at - rules_.flapping.within);
                        return count.value_or(0);
                      }};
  Decision decision = evaluate(round, *conditions, *open, rules_, *context, asking);
  attend(cluster, decision.conditions);
  // Streams show what suffers each second; most of the time nothing follows.
  if (round.partial && is_nothing(decision) && same(decision.conditions, *conditions)) return {};

  storage::RoundOutcome outcome;
  outcome.cluster = cluster;
  if (!round.partial) outcome.point = round.point;
  outcome.conditions = decision.conditions;
  return commit(std::move(outcome), std::move(decision), *open, round.at);
}

Result<void> Alerting::close_cluster(const std::string& cluster, const std::string& why, Time at) {
  const std::lock_guard lock(mutex_);
  outlook_.forget(cluster);
  attend(cluster, {});
  const auto open = parts_.store.open_incidents(cluster);
  if (!open) return fail(open.error());
  Decision decision;
  decision.closed = close_all(*open, rules_, why, at);
  storage::RoundOutcome outcome;
  outcome.cluster = cluster;
  outcome.cluster_removed = true;
  return commit(std::move(outcome), std::move(decision), *open, at);
}

Result<void> Alerting::judge(const std::vector<Finding>& findings,
                             const std::vector<std::string_view>& kinds, Time at) {
  const std::lock_guard lock(mutex_);
  const auto judged = judge_locked(findings, kinds, at);
  if (!judged) return fail(judged.error());
  return {};
}

Result<bool> Alerting::judge_locked(const std::vector<Finding>& findings,
                                    const std::vector<std::string_view>& kinds, Time at) {
  const auto open = parts_.store.open_incidents("");
  if (!open) return fail(open.error());
  std::vector<Incident> ours;
  std::copy_if(open->begin(), open->end(), std::back_inserter(ours), [&](const Incident& incident) {
    return std::any_of(kinds.begin(), kinds.end(),
                       [&](std::string_view kind) { return incident.cause.starts_with(kind); });
  });
  Decision decision = evaluate(findings, ours, at, random_id);
  if (is_nothing(decision)) return false;
  storage::RoundOutcome outcome;
  outcome.cluster_removed = true;  // there is none
  auto committed = commit(std::move(outcome), std::move(decision), ours, at);
  if (!committed) return fail(committed.error());
  return true;
}

Result<bool> Alerting::tick(Time now) {
  const std::lock_guard lock(mutex_);
  bool news = false;
  if (!first_tick_) first_tick_ = now;
  // After a start nothing is known of the clusters yet, and what was found before is not over.
  if (now - *first_tick_ >= rules_.interval * 2) {
    const auto judged = judge_locked(outlook_.findings(now), kOutlookKinds, now);
    if (!judged) return judged;
    news = *judged;
  }
  const auto open = parts_.store.all_open_incidents();
  if (!open) return fail(open.error());
  if (open->empty()) return news;
  const auto known = muting(now);
  if (!known) return fail(known.error());
  storage::RoundOutcome outcome;
  outcome.cluster_removed = true;  // it is about no cluster's round
  for (const Incident& before : *open) {
    Incident after = before;
    if (auto added = add_tellings(outcome, &before, after, *known, now); !added) {
      return fail(added.error());
    }
    if (!(after == before)) outcome.incidents.push_back(std::move(after));
  }
  if (outcome.incidents.empty() && outcome.deliveries.empty()) return news;
  if (auto committed = parts_.store.commit_round(outcome); !committed) {
    return fail(committed.error());
  }
  for (const Incident& incident : outcome.incidents) {
    parts_.events.publish(
        {"incident.changed", incident.cluster, incident.id, incident.summary, now});
  }
  return news || !outcome.deliveries.empty();
}

Result<Alerting::Muting> Alerting::muting(Time now) {
  Muting known;
  auto silences = parts_.store.silences(now);
  if (!silences) return fail(silences.error());
  known.silences = std::move(*silences);
  auto timetable = in_effect(maintenances_, now);
  std::move(timetable.begin(), timetable.end(), std::back_inserter(known.silences));
  known.by_tags = std::any_of(known.silences.begin(), known.silences.end(), compares_tags);
  if (!rules_.depends_on.empty()) {
    const auto open = parts_.store.all_open_incidents();
    if (!open) return fail(open.error());
    for (const Incident& incident : *open) {
      if (incident.severity == Severity::kCritical) known.critical.push_back(incident.cluster);
    }
  }
  return known;
}

Result<MemberTags> Alerting::tags_of(const Incident& incident) {
  if (!parts_.tags_of || incident.cluster.empty()) return MemberTags{};
  std::vector<std::string> ids;
  for (const IncidentMember& member : incident.members) {
    if (!member.instance.empty()) ids.push_back(member.instance);
  }
  return parts_.tags_of(incident.cluster, ids);
}

Result<void> Alerting::add_tellings(storage::RoundOutcome& outcome, const Incident* before,
                                    Incident& after, const Muting& known, Time now) {
  if (after.open()) {
    const auto tags = known.by_tags ? tags_of(after) : MemberTags{};
    if (!tags) return fail(tags.error());
    after.muted = muted_by(after, *tags, known.silences, known.critical, rules_, now);
  }
  const Rule* rule = rule_of(rules_, after.cause);
  // Of what no rule says any more, and the next round closes, nobody hears who did not know of it.
  const bool abandoned = rule == nullptr && !after.cluster.empty();
  const auto channels =
      abandoned ? std::vector<std::string>{} : notify::those_to_tell(after.cause, channels_);
  for (const Telling& telling : tell(before, after, rule, channels, now)) {
    outcome.deliveries.push_back(delivery_of(after, telling, now));
  }
  return {};
}

Result<void> Alerting::commit(storage::RoundOutcome outcome, Decision decision,
                              const std::vector<Incident>& before, Time at) {
  if (!is_nothing(decision)) {
    const auto known = muting(at);
    if (!known) return fail(known.error());
    for (auto* incidents : {&decision.opened, &decision.changed, &decision.closed}) {
      for (Incident& incident : *incidents) {
        auto added = add_tellings(outcome, find(before, incident.id), incident, *known, at);
        if (!added) return added;
        outcome.incidents.push_back(incident);
      }
    }
  }
  if (auto committed = parts_.store.commit_round(outcome); !committed) return committed;

  const auto publish = [&](const std::vector<Incident>& incidents, const std::string& kind,
                           bool log_it) {
    for (const Incident& incident : incidents) {
      if (log_it) log::info("{} {}: {}", kind, incident.id, incident.summary);
      parts_.events.publish({kind, incident.cluster, incident.id, incident.summary, at});
    }
  };
  publish(decision.opened, "incident.opened", true);
  publish(decision.changed, "incident.changed", false);
  publish(decision.closed, "incident.closed", true);
  return {};
}

Result<Incident> Alerting::change(const std::string& id, Time now, bool only_open,
                                  const std::function<void(Incident&)>& how) {
  const std::lock_guard lock(mutex_);
  const auto before = parts_.store.incident(id);
  if (!before) return fail(before.error());
  if (only_open && !before->open()) {
    return fail(ErrorKind::kConflict,
                fmt::format("the incident is closed since {}", to_iso8601(*before->closed_at)));
  }
  Incident after = *before;
  how(after);
  storage::RoundOutcome outcome;
  outcome.cluster_removed = true;
  if (after.open()) {
    const auto known = muting(now);
    if (!known) return fail(known.error());
    if (auto added = add_tellings(outcome, &*before, after, *known, now); !added) {
      return fail(added.error());
    }
  }
  outcome.incidents.push_back(after);
  if (auto committed = parts_.store.commit_round(outcome); !committed) {
    return fail(committed.error());
  }
  parts_.events.publish({"incident.changed", after.cluster, after.id, after.summary, now});
  return after;
}

Result<Incident> Alerting::acknowledge(const std::string& id, Acknowledgement acknowledgement) {
  if (acknowledgement.until && *acknowledgement.until <= acknowledgement.at) {
    return fail(ErrorKind::kInvalidInput, "until: lies in the past");
  }
  const Time now = acknowledgement.at;
  return change(id, now, true,
                [&](Incident& incident) { incident.acknowledged = std::move(acknowledgement); });
}

Result<Incident> Alerting::unacknowledge(const std::string& id, Time now) {
  return change(id, now, true, [](Incident& incident) { incident.acknowledged.reset(); });
}

Result<Incident> Alerting::comment(const std::string& id, Comment comment) {
  const Time now = comment.at;
  return change(id, now, false, [&](Incident& incident) {
    if (incident.comments.size() < kMostComments) incident.comments.push_back(std::move(comment));
  });
}

Result<Silence> Alerting::silence(Silence silence, Time now) {
  if (silence.ends_at <= std::max(now, silence.starts_at)) {
    return fail(ErrorKind::kInvalidInput, "the silence must end in the future, after it starts");
  }
  if (silence.matchers.empty()) {
    return fail(ErrorKind::kInvalidInput,
                "matchers: is missing: without one it would silence everything");
  }
  if (silence.id.empty()) silence.id = random_id();
  if (auto put = parts_.store.put_silence(silence); !put) return fail(put.error());
  parts_.events.publish({"silences.changed", "", silence.id, silence.comment, now});
  if (auto ticked = tick(now); !ticked) return fail(ticked.error());
  return silence;
}

Result<Silence> Alerting::end_silence(const std::string& id, Time now) {
  if (id.starts_with("timetable:")) {
    return fail(ErrorKind::kConflict,
                "it is one of the configuration's timetable: it ends by itself, or there");
  }
  auto silence = parts_.store.silence(id);
  if (!silence) return silence;
  if (silence->ends_at <= now) {
    return fail(ErrorKind::kNotFound, fmt::format("the silence '{}' is over", id));
  }
  silence->ends_at = now;
  silence->starts_at = std::min(silence->starts_at, now);
  if (auto put = parts_.store.put_silence(*silence); !put) return fail(put.error());
  parts_.events.publish({"silences.changed", "", silence->id, silence->comment, now});
  if (auto ticked = tick(now); !ticked) return fail(ticked.error());
  return silence;
}

Result<std::vector<Silence>> Alerting::silences(Time now) {
  auto silences = parts_.store.silences(now);
  if (!silences) return silences;
  auto timetable = in_effect(maintenances_, now);
  std::move(timetable.begin(), timetable.end(), std::back_inserter(*silences));
  return silences;
}

Result<std::vector<Incident>> Alerting::preview(const Silence& silence) {
  auto open = parts_.store.all_open_incidents();
  if (!open) return open;
  std::vector<Incident> hit;
  for (Incident& incident : *open) {
    const auto tags = compares_tags(silence) ? tags_of(incident) : MemberTags{};
    if (!tags) return fail(tags.error());
    if (hits(silence, incident, *tags)) hit.push_back(std::move(incident));
  }
  return hit;
}

Alerting::Attention Alerting::attention() {
  const std::lock_guard lock(shown_mutex_);
  return attention_;
}

void Alerting::attend(const std::string& cluster, const std::vector<Condition>& conditions) {
  const std::lock_guard lock(shown_mutex_);
  std::erase_if(attention_.instances, [&](const auto& key) { return key.first == cluster; });
  for (const Condition& condition : conditions) {
    if (!condition.instance.empty() && rule_of(rules_, condition.cause) != nullptr) {
      attention_.instances.emplace(cluster, condition.instance);
    }
  }
}

}  // namespace livesonic::alerting
