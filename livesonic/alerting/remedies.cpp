// SPDX-License-Identifier: Apache-2.0
#include "livesonic/alerting/remedies.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace livesonic::alerting {
namespace {

std::vector<ActionRequest> requests_for(const Incident& incident, const Rule& rule,
                                        const std::string& instance, std::optional<int> wanted) {
  std::vector<ActionRequest> requests;
  int number = 0;
  for (const Remedy& remedy : rule.actions) {
    ++number;
    if (needs_instance(remedy.kind) == instance.empty()) continue;
    ActionRequest request;
    request.kind = remedy.kind;
    request.cluster = incident.cluster;
    request.instance = instance;
    request.by = "rule:" + rule.name;
    request.reason = incident.summary;
    request.target = remedy.target;
    request.text =
        remedy.text.empty() && remedy.kind == ActionKind::kPublish ? incident.summary : remedy.text;
    request.incident = incident.id;
    request.key = fmt::format("{}:{}:{}", incident.id, instance, number);
    if (remedy.kind == ActionKind::kSetHealth) request.healthy = false;
    if (remedy.kind == ActionKind::kSetCapacity) {
      if (!wanted) continue;
      request.capacity = std::max(0, *wanted + remedy.add);
    }
    requests.push_back(std::move(request));
  }
  return requests;
}

}  // namespace

std::vector<std::vector<ActionRequest>> remedies(const Incident& incident, const Rule& rule,
                                                 std::optional<int> wanted) {
  std::vector<std::vector<ActionRequest>> lists;
  if (!incident.open() || !incident.muted.empty() || incident.acknowledged ||
      incident.flapping_since || incident.cluster.empty()) {
    return lists;
  }
  for (const IncidentMember& member : incident.members) {
    if (member.until || member.instance.empty()) continue;
    auto requests = requests_for(incident, rule, member.instance, wanted);
    if (!requests.empty()) lists.push_back(std::move(requests));
  }
  if (auto requests = requests_for(incident, rule, "", wanted); !requests.empty()) {
    lists.push_back(std::move(requests));
  }
  return lists;
}

Duration ask_again_after(int refusals) {
  constexpr Duration kFirst = std::chrono::minutes{1};
  constexpr Duration kLongest = std::chrono::minutes{15};
  return std::min(kFirst * (1 << std::clamp(refusals - 1, 0, 8)), kLongest);
}

}  // namespace livesonic::alerting
