// SPDX-License-Identifier: Apache-2.0
#include "livesonic/alerting/alerting.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "livesonic/base/log.h"
#include "livesonic/base/text.h"
#include "livesonic/notify/audience.h"
#include "livesonic/notify/message.h"

namespace livesonic::alerting {
namespace {

// One message for each channel that is or was told of the incident's opening.
void add_deliveries(std::vector<Delivery>& deliveries, const Incident& incident, DeliveryKind kind,
                    Time at) {
  for (const std::string& channel : incident.channels) {
    Delivery delivery;
    delivery.id = random_id();
    delivery.channel = channel;
    delivery.incident = incident.id;
    delivery.kind = kind;
    delivery.payload = notify::message_json(delivery.id, kind, incident);
    delivery.created_at = delivery.next_attempt_at = at;
    deliveries.push_back(std::move(delivery));
  }
}

}  // namespace

Result<void> Alerting::finish(const Round& round) {
  const std::string& cluster = round.cluster.name;
  const auto conditions = store_.conditions(cluster);
  if (!conditions) return fail(conditions.error());
  const auto open = store_.open_incidents(cluster);
  if (!open) return fail(open.error());

  Decision decision = evaluate(round, *conditions, *open, rules_, random_id);
  for (Incident& incident : decision.opened) incident.channels = channels_;

  storage::RoundOutcome outcome;
  outcome.cluster = cluster;
  outcome.point = round.point;
  outcome.conditions = decision.conditions;
  return commit(std::move(outcome), decision, round.at);
}

Result<void> Alerting::close_cluster(const std::string& cluster, const std::string& why, Time at) {
  auto open = store_.open_incidents(cluster);
  if (!open) return fail(open.error());
  Decision decision;
  decision.closed = close_all(std::move(*open), why, at);
  storage::RoundOutcome outcome;
  outcome.cluster = cluster;
  outcome.cluster_removed = true;
  return commit(std::move(outcome), decision, at);
}

Result<void> Alerting::judge(const std::vector<Finding>& findings,
                             const std::vector<std::string_view>& kinds, Time at) {
  const auto open = store_.open_incidents("");
  if (!open) return fail(open.error());
  std::vector<Incident> ours;
  std::copy_if(open->begin(), open->end(), std::back_inserter(ours), [&](const Incident& incident) {
    return std::any_of(kinds.begin(), kinds.end(),
                       [&](std::string_view kind) { return incident.cause.starts_with(kind); });
  });
  Decision decision = evaluate(findings, ours, at, random_id);
  for (Incident& incident : decision.opened) {
    incident.channels = notify::those_to_tell(incident.cause, channels_);
  }
  if (decision.opened.empty() && decision.changed.empty() && decision.closed.empty()) return {};
  storage::RoundOutcome outcome;
  outcome.cluster_removed = true;  // there is none
  return commit(std::move(outcome), decision, at);
}

Result<void> Alerting::commit(storage::RoundOutcome outcome, const Decision& decision, Time at) {
  const auto take = [&](const std::vector<Incident>& incidents, std::optional<DeliveryKind> told) {
    for (const Incident& incident : incidents) {
      outcome.incidents.push_back(incident);
      if (told) add_deliveries(outcome.deliveries, incident, *told, at);
    }
  };
  take(decision.opened, DeliveryKind::kOpening);
  take(decision.changed, std::nullopt);
  take(decision.closed, DeliveryKind::kClosing);

  if (auto committed = store_.commit_round(outcome); !committed) return committed;

  const auto tell = [&](const std::vector<Incident>& incidents, const std::string& kind,
                        bool log_it) {
    for (const Incident& incident : incidents) {
      if (log_it) log::info("{} {}: {}", kind, incident.id, incident.summary);
      events_.publish({kind, incident.cluster, incident.id, incident.summary, at});
    }
  };
  tell(decision.opened, "incident.opened", true);
  tell(decision.changed, "incident.changed", false);
  tell(decision.closed, "incident.closed", true);
  return {};
}

}  // namespace livesonic::alerting
