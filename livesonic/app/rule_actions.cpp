// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/rule_actions.h"

#include "livesonic/alerting/remedies.h"
#include "livesonic/base/log.h"

namespace livesonic::app {

void RuleActions::operator()(const std::stop_token& stop) {
  const alerting::Rules& rules = core_.alerting.rules();
  const auto open = core_.store->all_open_incidents();
  if (!open) {
    log::error("rules can't ask for actions: {}", open.error().message);
    return;
  }
  std::set<std::string> asked;
  for (const Incident& incident : *open) {
    const Rule* rule = alerting::rule_of(rules, incident.cause);
    if (rule == nullptr || rule->actions.empty()) continue;
    const auto cluster = core_.store->cluster(incident.cluster);
    if (!cluster) continue;  // it is being removed
    for (const auto& requests : alerting::remedies(incident, *rule, cluster->discovery.wanted)) {
      if (stop.stop_requested()) return;
      for (const ActionRequest& request : requests) asked.insert(request.key);
      ask(requests, stop);
    }
  }
  std::erase_if(over_, [&](const std::string& key) { return !asked.contains(key); });
}

void RuleActions::ask(const std::vector<ActionRequest>& requests, const std::stop_token& stop) {
  for (const ActionRequest& request : requests) {
    if (over_.contains(request.key)) continue;
    const auto action = desk_.request(request, stop);
    if (!action) {
      log::warning("{} asks in vain for {} in {}: {}", request.by, to_string(request.kind),
                   request.cluster, action.error().message);
      over_.insert(request.key);
      return;
    }
    if (!is_over(action->state)) return;  // the next one waits for it
    over_.insert(request.key);
  }
}

}  // namespace livesonic::app
