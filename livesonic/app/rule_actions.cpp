// SPDX-License-Identifier: Apache-2.0
#include "livesonic/app/rule_actions.h"

#include <fmt/format.h>

#include "livesonic/alerting/remedies.h"
#include "livesonic/base/log.h"

namespace livesonic::app {

void RuleActions::operator()(const std::stop_token& stop) {
  const auto rules = core_.alerting.rules();
  const auto open = core_.store->all_open_incidents();
  if (!open) {
    log::error("rules can't ask for actions: {}", open.error().message);
    return;
  }
  std::set<std::string> wanted;
  for (const Incident& incident : *open) {
    const Rule* rule = alerting::rule_of(*rules, incident.cause);
    if (rule == nullptr || rule->actions.empty()) continue;
    const auto cluster = core_.store->cluster(incident.cluster);
    if (!cluster) continue;  // it is being removed
    for (const auto& requests : alerting::remedies(incident, *rule, cluster->discovery.wanted)) {
      if (stop.stop_requested()) return;
      for (const ActionRequest& request : requests) wanted.insert(request.key);
      ask(requests, stop);
    }
  }
  std::erase_if(progress_, [&](const auto& entry) { return !wanted.contains(entry.first); });
}

void RuleActions::ask(const std::vector<ActionRequest>& requests, const std::stop_token& stop) {
  for (const ActionRequest& request : requests) {
    if (!pursue(request, progress_[request.key], stop)) return;
  }
}

bool RuleActions::pursue(ActionRequest request, Progress& progress, const std::stop_token& stop) {
  const std::string key = request.key;
  // After a restart the refusals that there were are gone through again: their keys know them.
  while (!progress.over && progress.next <= core_.clock.now() && !stop.stop_requested()) {
    request.key = progress.refusals == 0 ? key : fmt::format("{}#{}", key, progress.refusals);
    const auto action = desk_.request(request, stop);
    if (!action) {
      log::warning("{} asks in vain for {} in {}: {}", request.by, to_string(request.kind),
                   request.cluster, action.error().message);
      progress.next = core_.clock.now() + alerting::ask_again_after(++progress.refusals);
      return false;
    }
    if (!is_over(action->state)) return false;
    progress.over = !may_pass(*action);
    if (!progress.over) {
      progress.next = action->requested_at + alerting::ask_again_after(++progress.refusals);
    }
  }
  return progress.over;
}

}  // namespace livesonic::app
